"""The whole way from files to agents and problems."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.spec.load import LoadedFolder, load_file, load_folder
from runtime.spec.read import SourceFile

BASE = "model: gpt-4o\ninstructions: Be kind.\n"


def folder_of(tmp_path: Path, **files: str) -> LoadedFolder:
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    return load_folder(tmp_path, {})


def names(folder: LoadedFolder) -> list[str | None]:
    return [each.spec.name if each.spec else None for each in folder.specs]


def test_good_agents_load_beside_bad_ones(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").mkdir()
    folder = folder_of(tmp_path, a=BASE, c="nonsense: [", d=BASE + "x-note: 1\n", _house="x-also: nonsense")
    assert names(folder) == ["a", None, None, "d"]
    assert [problem.code for problem in folder.all_problems()] == ["unreadable", "yaml"]
    assert [each.file for each in folder.specs] == [f"{tmp_path.name}/{name}.yaml" for name in "abcd"]


def test_a_missing_folder_is_a_problem_of_the_folder(tmp_path: Path) -> None:
    folder = load_folder(tmp_path / "none", {})
    assert folder.specs == ()
    assert [problem.code for problem in folder.all_problems()] == ["source-unavailable"]


def test_the_second_agent_of_a_name_is_refused_and_points_at_the_first(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=BASE + "name: ada\n", b="# mine\n" + BASE + "name: ada\n")
    assert names(folder) == ["ada", None]
    (problem,) = folder.all_problems()
    assert (problem.code, problem.line, problem.column, problem.length) == ("name-collision", 4, 7, 3)
    assert problem.note == f"{tmp_path.name}/a.yaml:3: first used here"


def test_the_second_agent_of_a_path_is_refused(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=BASE, b=BASE + "path: /a\n", c=BASE + "name: b\n")
    assert names(folder) == ["a", None, "b"]
    (problem,) = folder.all_problems()
    assert (problem.code, problem.position) == ("path-collision", (3, 7))
    assert problem.note == f"{tmp_path.name}/a.yaml:1: first used here"


def test_an_agent_that_is_not_served_takes_no_name(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=BASE + "name: ada\nmax_steps: 0\n", b=BASE + "name: ada\n")
    assert names(folder) == [None, "ada"]


@pytest.mark.parametrize("stem", ["Front Desk", "1st", "é", "a" * 64, "under_score"])
def test_a_file_name_that_cannot_name_an_agent_is_a_finding(stem: str) -> None:
    loaded = load_file(SourceFile(Path(f"{stem}.yaml"), f"{stem}.yaml", BASE.encode()), {})
    assert [problem.code for problem in loaded.problems] == ["bad-name"]
    named = load_file(SourceFile(Path(f"{stem}.yaml"), f"{stem}.yaml", (BASE + "name: ada").encode()), {})
    assert named.spec is not None


@pytest.mark.parametrize("path", ["/-", "/-/reload", "/agents/x", "/agents", "/healthz", "/readyz", "/metrics"])
def test_the_servers_own_paths_are_taken(path: str) -> None:
    loaded = load_file(SourceFile(Path("a.yaml"), "a.yaml", f"{BASE}path: {path}".encode()), {})
    assert [problem.code for problem in loaded.problems] == ["reserved-path"]


@pytest.mark.parametrize("path", ["/healthz2", "/my/agents", "/agentsx", "/a.b/c_d-e~f"])
def test_paths_that_only_look_like_them_are_free(path: str) -> None:
    loaded = load_file(SourceFile(Path("a.yaml"), "a.yaml", f"{BASE}path: {path}".encode()), {})
    assert loaded.problems == ()


@pytest.mark.parametrize("path", ["a", "//a", "/a//b", "/..", "/a/", "/a b", "/a?b", "/a%20b", "/é"])
def test_paths_that_clients_could_not_reach_are_findings(path: str) -> None:
    loaded = load_file(SourceFile(Path("a.yaml"), "a.yaml", f"{BASE}path: {path}".encode()), {})
    assert [problem.code for problem in loaded.problems] == ["bad-value"]


def test_the_digest_follows_the_bytes_of_the_spec_and_of_its_templates(tmp_path: Path) -> None:
    prompt = tmp_path / "prompt.md"
    prompt.write_text("one")
    (tmp_path / "a.yaml").write_text("model: m\ninstructions: {file: prompt.md}\n")
    digests = []
    for text in ("one", "two", "one"):
        prompt.write_text(text)
        (loaded,) = load_folder(tmp_path, {}).specs
        assert loaded.spec is not None
        digests.append(loaded.spec.digest)
    assert digests[0] == digests[2] != digests[1]
    plain = load_file(SourceFile(Path("a.yaml"), "a.yaml", BASE.encode()), {}).spec
    assert plain is not None
    # sha256sum of the file, for people who want to compare.
    assert plain.digest == "7f524d4968123623"
    assert len(digests[0]) == 16


def test_a_reference_that_failed_is_not_found_wrong_once_more(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a="model: {name: m, base_url: '${env:NONE}'}\ninstructions: i\nmax_steps: 0\n")
    assert [problem.code for problem in folder.all_problems()] == ["missing-env", "bad-value"]


def test_a_mistake_of_yaml_is_not_told_once_more_by_the_schema(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=BASE + "max_steps: 007\n", b=BASE + "max_steps: {{ n }}\n")
    assert [problem.code for problem in folder.all_problems()] == ["leading-zero", "unquoted-template"]


def test_a_variable_that_is_no_mapping_is_left_to_the_schema(tmp_path: Path) -> None:
    text = BASE + "variables: {a: 3, b: {type: [x]}, c: {enum: 3, default: [x]}, d: {default: x, enum: [x, [y]]}}\n"
    codes = [problem.code for problem in folder_of(tmp_path, a=text).all_problems()]
    assert codes == ["wrong-type"] * 5
