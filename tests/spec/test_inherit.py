"""`extends`: what an agent takes over, from where, and what of it is said where."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.sources import SourceRef, digest_of
from runtime.spec.document import Document, Origin, extend, parse
from runtime.spec.inherit import MAX_BASES, inherit
from runtime.spec.library import Library, Trail
from runtime.spec.load import Loaded, load_folder
from runtime.spec.model import AgentSpec, TemplateSpec
from runtime.spec.problem import Place

BASE = "model: gpt-4o\ninstructions: Be kind.\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def load(folder: Path, **env: str) -> Loaded:
    """The folder's first agent."""
    return load_folder(folder, env).specs[0]


def spec_of(folder: Path, **env: str) -> AgentSpec:
    loaded = load(folder, **env)
    assert loaded.spec is not None, loaded.problems
    assert loaded.problems == ()
    return loaded.spec


def document(text: str, file: str = "a.yaml", folder: Path = Path()) -> Document:
    found, problems = parse(file, text, folder)
    assert found is not None
    assert problems == ()
    return found


def test_mappings_are_merged_deep_and_all_else_is_replaced() -> None:
    base = document("a: {b: {c: 1, d: 2}, e: [1, 2]}\nf: text\ng: {h: 1}\ni: {j: 1}\nk: [1]\n", "_b.yaml")
    own = document("a: {b: {c: 3}, e: [9]}\nf: {x: 1}\ng: null\ni: text\nl: 5\n")
    assert extend(own, base).data == {
        "a": {"b": {"c": 3, "d": 2}, "e": [9]},
        "f": {"x": 1},
        "g": None,
        "i": "text",
        "k": [1],
        "l": 5,
    }
    assert base.data["a"]["b"] == {"c": 1, "d": 2}, "what others extend, too, is not changed"


def test_what_makes_an_agent_itself_is_not_taken_over(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": "extends: b.yaml\n", "b.yaml": BASE + "name: ada\npath: /front-desk\ndescription: D.\n"})
    spec = spec_of(tmp_path)
    assert (spec.name, spec.path, spec.description) == ("a", "/a", "D.")
    assert len(load_folder(tmp_path, {}).all_problems()) == 0


def test_every_value_has_an_origin() -> None:
    base = extend(
        document("extends: _c.yaml\nvoice:\n  speed: 2\n  name: echo\n", "_b.yaml"),
        document("voice:\n  format: mp3\nmodel:\n  name: m\nname: c\n", "_c.yaml"),
    )
    whole = extend(document("extends: _b.yaml\n# here\nvoice:\n  name: nova\nmax_steps: 3\n"), base)
    assert whole.data == {
        "voice": {"format": "mp3", "speed": 2, "name": "nova"},
        "model": {"name": "m"},
        "max_steps": 3,
    }
    origins = {
        ("voice", "name"): Origin("a.yaml", 4),
        ("voice", "speed"): Origin("_b.yaml", 3),
        ("voice", "format"): Origin("_c.yaml", 2),
        ("voice",): Origin("a.yaml", 4),
        ("model", "name"): Origin("_c.yaml", 4),
        ("model", "nothing"): Origin("_c.yaml", 4),
        ("max_steps",): Origin("a.yaml", 5),
        ("name",): Origin("a.yaml", 1),
        ("max_steps", "below", 0): Origin("a.yaml", 5),
        (): Origin("a.yaml", 1),
    }
    assert {path: whole.origin(path) for path in origins} == origins
    assert whole.place(("voice", "speed")) == Place(3, 10, 1)
    assert whole.written(("voice", "format")) == "mp3"


def test_an_inherited_block_is_found_line_by_line_in_its_own_file() -> None:
    base = document("x-note: 1\ninstructions: |\n  You are Ada.\n  Be kind, {{ guest }}.\n", "_b.yaml")
    whole = extend(document("extends: _b.yaml\nmodel: m\n"), base)
    problem = whole.content_problem(("instructions",), 1, "template", "no such variable")
    assert (problem.file, problem.position) == ("_b.yaml", (4, 3))
    assert problem.note == "a.yaml extends this file"
    assert problem.source_line == "  Be kind, {{ guest }}."


@pytest.mark.parametrize(
    ("path", "origin"),
    [
        (("model",), Origin("_b.yaml", 1)),
        (("voice",), None),
        (("tools", "t"), None),
        (("nothing",), None),
    ],
)
def test_a_value_that_a_mapping_has_replaced_is_found(path: tuple[str, ...], origin: Origin | None) -> None:
    base = document("model: m\nvoice: {name: v}\n", "_b.yaml")
    assert extend(document("model: {top_p: 1}\nvoice: {speed: 1}\ntools: {t: {}}\n"), base).replaced(path) == origin


def test_a_chain_may_have_sixteen_bases_and_no_more(tmp_path: Path) -> None:
    files = {f"_{n}.yaml": f"extends: _{n + 1}.yaml\nx-{n}: {n}\n" for n in range(1, MAX_BASES)}
    write(tmp_path, {"a.yaml": "extends: _1.yaml\n", f"_{MAX_BASES}.yaml": BASE, **files})
    assert len(spec_of(tmp_path).sources) == MAX_BASES + 1
    write(tmp_path, {f"_{MAX_BASES}.yaml": "extends: _more.yaml\n", "_more.yaml": BASE})
    assert [problem.code for problem in load(tmp_path).problems] == ["too-deep"]


def test_paths_start_from_the_file_that_holds_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.yaml": "extends: shared/voices/_base.yaml\n",
            "shared/voices/_base.yaml": "extends: ../_top.yaml\ninstructions: {file: prompt.md}\n",
            "shared/_top.yaml": "model: {name: m, api_key: '${file:secrets/key}'}\n",
            "shared/voices/prompt.md": "You are Ada.",
            "shared/secrets/key": "s3cr3t\n",
        },
    )
    spec = spec_of(tmp_path)
    assert spec.instructions == TemplateSpec("You are Ada.", "shared/voices/prompt.md")
    assert spec.model.api_key == "s3cr3t"
    assert [ref.path.relative_to(tmp_path).as_posix() for ref in spec.sources] == [
        "a.yaml",
        "shared/voices/_base.yaml",
        "shared/_top.yaml",
        "shared/secrets/key",
        "shared/voices/prompt.md",
    ]


def test_the_sources_are_what_was_read_and_the_names_of_what_was_asked(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": "extends: _b.yaml\nvoice: {name: '${env:VOICE:-nova}'}\n", "_b.yaml": BASE})
    spec = spec_of(tmp_path, VOICE="echo")
    assert spec.sources == tuple(
        SourceRef(tmp_path / name, digest_of((tmp_path / name).read_bytes())) for name in ("a.yaml", "_b.yaml")
    )
    assert spec.env_names == ("VOICE",)


def test_the_digest_follows_every_source_and_no_value_of_the_environment(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": "extends: _b.yaml\n", "_b.yaml": BASE + "voice: {name: '${env:VOICE}'}\n"})
    first = spec_of(tmp_path, VOICE="nova").digest
    assert spec_of(tmp_path, VOICE="echo").digest == first
    write(tmp_path, {"_b.yaml": BASE + "voice: {name: '${env:VOICE2}'}\n"})
    assert spec_of(tmp_path, VOICE2="nova").digest != first


def test_a_file_that_is_missing_is_a_source_too(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": "extends: _b.yaml\n"})
    loaded = load(tmp_path)
    assert [problem.code for problem in loaded.problems] == ["missing-base"]
    assert loaded.sources[1:] == (SourceRef(tmp_path / "_b.yaml", ""),)


def test_a_problem_in_a_fragment_of_ten_is_told_once_and_refuses_all_ten(tmp_path: Path) -> None:
    write(tmp_path, {"_b.yaml": BASE + "voise: nova\n", **{f"a{n}.yaml": "extends: _b.yaml\n" for n in range(10)}})
    folder = load_folder(tmp_path, {})
    assert [len(each.problems) for each in folder.specs] == [1] * 10
    (problem,) = folder.all_problems()
    assert (problem.file, problem.position) == (f"{tmp_path.name}/_b.yaml", (3, 1))
    assert problem.note == f"{tmp_path.name}/a0.yaml extends this file, and so do 9 more"


def test_an_agent_that_others_extend_is_told_with_its_own_note_kept(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": "extends: b.yaml\n", "b.yaml": BASE + "model: m\n"})
    (problem,) = load_folder(tmp_path, {}).all_problems()
    name = tmp_path.name
    assert problem.note == f"{name}/b.yaml:1: first set here; {name}/a.yaml extends this file"


def test_a_fragment_that_nobody_uses_is_checked_for_what_it_says_and_not_for_what_it_lacks(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.yaml": BASE,
            "_empty.yaml": "",
            "_good.yaml": "voice: {name: '${env:NONE}', speed: 1}\ntools: {t: {confirm: true}}\n",
            "_key.yaml": "voise: nova\n",
            "_yaml.yaml": "voice: [\n",
            "_lost.yaml": "extends: _nothing.yaml\n",
            "_sizes.yaml": "chunking: {min_chunk_size: 9, max_chunk_size: 8}\n",
            "_name.yaml": "name: house\npath: /house\n",
        },
    )
    folder = load_folder(tmp_path, {})
    assert [each.spec is not None for each in folder.specs] == [True]
    found = [(problem.file.rpartition("/")[2], problem.code) for problem in folder.problems]
    assert found == [
        ("_key.yaml", "unknown-key"),
        ("_lost.yaml", "missing-base"),
        ("_sizes.yaml", "bad-value"),
        ("_sizes.yaml", "bad-value"),
        ("_yaml.yaml", "yaml"),
    ]


def test_what_an_agent_replaces_is_the_fragments_problem_alone(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": "extends: _b.yaml\nmax_steps: 2\n", "_b.yaml": BASE + "max_steps: 0\n"})
    folder = load_folder(tmp_path, {})
    assert folder.specs[0].spec is not None
    assert [problem.message for problem in folder.problems] == ["max_steps cannot be 0"]


def test_links_are_followed_to_regular_files_and_not_through_folders_outside(tmp_path: Path) -> None:
    folder = write(tmp_path / "agents", {"a.yaml": "extends: _b.yaml\n", "b.yaml": "extends: out/_b.yaml\n"})
    outside = write(tmp_path / "other", {"_b.yaml": BASE})
    (folder / "_b.yaml").symlink_to("../other/_b.yaml")
    (folder / "out").symlink_to(outside, target_is_directory=True)
    first, second = load_folder(folder, {}).specs
    assert first.spec is not None
    assert [problem.code for problem in second.problems] == ["outside-folder"]


def test_a_mounted_config_map_works(tmp_path: Path) -> None:
    write(tmp_path / "..2024_01", {"a.yaml": "extends: _b.yaml\n", "_b.yaml": BASE})
    (tmp_path / "..data").symlink_to("..2024_01")
    for name in ("a.yaml", "_b.yaml"):
        (tmp_path / name).symlink_to(f"..data/{name}")
    folder = load_folder(tmp_path, {})
    assert [each.file for each in folder.specs] == [f"{tmp_path.name}/a.yaml"]
    assert folder.all_problems() == ()


@pytest.mark.parametrize("name", ['"a\\0b"', '"\\0/a"', "x" * 5000, "'a\n\n  b'"])
def test_names_that_cannot_be_are_findings(tmp_path: Path, name: str) -> None:
    found = document(f"extends: {name}\n", folder=tmp_path)
    lineage = inherit(found, tmp_path / "a.yaml", Trail(Library(tmp_path, ""), {}))
    assert [problem.code for problem in lineage.problems] == ["missing-base"]
    assert not lineage.complete
    assert len(lineage.problems[0].message) < 200


def test_a_folder_that_is_named_through_its_parent_works(tmp_path: Path) -> None:
    write(tmp_path / "agents", {"a.yaml": "extends: ./sub/../_b.yaml\n", "_b.yaml": BASE, "sub/x": ""})
    folder = tmp_path / "agents" / "sub" / ".."
    loaded = load(folder)
    assert loaded.spec is not None
    assert [ref.path for ref in loaded.sources] == [folder / "a.yaml", folder / "_b.yaml"]
