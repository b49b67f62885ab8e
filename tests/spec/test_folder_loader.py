"""A folder is loaded again: only what has changed is done again."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.spec import assembly, library
from runtime.spec.document import parse
from runtime.spec.library import Library, Parsed
from runtime.spec.load import FolderLoader, LoadedFolder
from runtime.spec.read import Unreadable, read_bytes

BASE = "model: gpt-4o\ninstructions: Be kind.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "_house.yaml").write_text(BASE)
    (tmp_path / "prompt.md").write_text("You are Ada.")
    (tmp_path / "a.yaml").write_text("extends: _house.yaml\n")
    (tmp_path / "b.yaml").write_text("extends: _house.yaml\ninstructions: {file: prompt.md}\n")
    (tmp_path / "c.yaml").write_text(BASE + "voice: {name: '${env:VOICE}', api_key: '${file:key}'}\n")
    (tmp_path / "key").write_text("s3cr3t")
    return tmp_path


ENV = {"VOICE": "nova"}


def fresh(before: LoadedFolder, after: LoadedFolder) -> list[str]:
    """The files whose outcome is another object than before."""
    known = {id(each) for each in before.specs}
    return [each.file.rpartition("/")[2] for each in after.specs if id(each) not in known]


def test_nothing_is_done_again_where_nothing_has_changed(folder: Path) -> None:
    loader = FolderLoader(folder)
    first = loader.load(ENV)
    assert first.all_problems() == ()
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes())
        os.utime(path, (1, 1))
    assert fresh(first, loader.load(ENV | {"OTHER": "x"})) == []


def edit(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text)


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        (edit("a.yaml", BASE), ["a.yaml"]),
        (edit("_house.yaml", BASE + "max_steps: 2\n"), ["a.yaml", "b.yaml"]),
        (edit("prompt.md", "You are Bob."), ["b.yaml"]),
        (edit("key", "other"), ["c.yaml"]),
        (edit("d.yaml", BASE), ["d.yaml"]),
        (edit("_unused.yaml", "x-a: 1"), []),
        (lambda folder: (folder / "b.yaml").unlink(), []),
        (lambda folder: (folder / "a.yaml").rename(folder / "aa.yaml"), ["aa.yaml"]),
        (lambda folder: (folder / "_house.yaml").unlink(), ["a.yaml", "b.yaml"]),
    ],
)
def test_a_change_reaches_exactly_those_who_use_what_changed(
    folder: Path, change: Callable[[Path], object], changed: list[str]
) -> None:
    loader = FolderLoader(folder)
    first = loader.load(ENV)
    change(folder)
    second = loader.load(ENV)
    assert fresh(first, second) == changed
    assert second == FolderLoader(folder).load(ENV)


def test_a_variable_reaches_those_who_refer_to_it(folder: Path) -> None:
    loader = FolderLoader(folder)
    first = loader.load(ENV)
    assert fresh(first, loader.load({"VOICE": "echo"})) == ["c.yaml"]
    assert loader.load({}).specs[2].problems[0].code == "missing-env"
    assert loader.load(ENV).all_problems() == ()


def test_a_file_that_was_missing_is_looked_for_again(folder: Path) -> None:
    (folder / "prompt.md").unlink()
    loader = FolderLoader(folder)
    assert [problem.code for problem in loader.load(ENV).all_problems()] == ["missing-file"]
    (folder / "prompt.md").write_text("You are back.")
    assert loader.load(ENV).all_problems() == ()


@pytest.mark.parametrize("text", ["extends: parts/_b.yaml\n", "model: m\ninstructions: {file: parts/_b.yaml}\n"])
def test_a_file_that_was_outside_is_looked_for_again(tmp_path: Path, text: str) -> None:
    folder, outside = tmp_path / "agents", tmp_path / "outside"
    for each in (folder, outside):
        each.mkdir()
    (outside / "_b.yaml").write_text(BASE)
    (folder / "parts").symlink_to(outside)
    (folder / "a.yaml").write_text(text)
    loader = FolderLoader(folder)
    assert [problem.code for problem in loader.load(ENV).all_problems()] == ["outside-folder"]
    (folder / "parts").unlink()
    outside.rename(folder / "parts")
    assert loader.load(ENV).all_problems() == ()


def test_a_folder_that_is_away_for_a_while_is_a_problem_and_forgets_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = FolderLoader(folder)
    first = loader.load(ENV)

    def refuse(path: Path) -> list[str]:
        raise OSError(errno.ESTALE, "Stale file handle", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", refuse)
        away = loader.load(ENV)
    assert away.specs == ()
    assert [(problem.code, problem.severity) for problem in away.problems] == [("source-unavailable", "error")]
    assert fresh(first, loader.load(ENV)) == []


def test_each_file_is_read_once_in_a_pass(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []

    def count(path: Path) -> bytes | Unreadable:
        reads.append(path.name)
        return read_bytes(path)

    monkeypatch.setattr(library, "read_bytes", count)
    loader = FolderLoader(folder)
    for _ in range(2):
        reads.clear()
        loader.load(ENV)
        assert sorted(reads) == ["_house.yaml", "a.yaml", "b.yaml", "c.yaml", "key", "prompt.md"]


def test_an_edit_in_the_middle_of_a_pass_reaches_nobody_until_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse_and_edit(file: str, content: bytes, where: Path) -> object:
        (folder / "_house.yaml").write_text(BASE + "max_steps: 2\n")
        return parse(file, content, where)

    loader = FolderLoader(folder)
    with monkeypatch.context() as patch:
        patch.setattr(assembly, "parse", parse_and_edit)
        steps = {each.spec.max_steps for each in loader.load(ENV).specs[:2] if each.spec is not None}
        assert len(steps) == 1
    assert [each.spec.max_steps for each in loader.load(ENV).specs[:2] if each.spec is not None] == [2, 2]


def test_the_owner_of_a_path_keeps_it(folder: Path) -> None:
    loader = FolderLoader(folder)
    name = folder.name
    (folder / "b.yaml").write_text(BASE + "path: /c\n")
    kept = loader.load(ENV, {"/c": f"{name}/c.yaml"})
    assert [each.spec is not None for each in kept.specs] == [True, False, True]
    assert [each.spec is not None for each in loader.load(ENV).specs] == [True, True, False]


def test_parsed_fragments_are_kept_while_somebody_extends_them(folder: Path) -> None:
    kept: dict[Path, Parsed] = {}
    path = folder / "_house.yaml"
    first = Library(folder, "", kept).base(path)
    assert Library(folder, "", kept).base(path) is first
    path.write_text(BASE + "x-a: 1\n")
    assert Library(folder, "", kept).base(path) is not first
    loader = FolderLoader(folder)
    loader.load(ENV)
    assert list(loader._parsed) == [path]
    for name in ("a.yaml", "b.yaml", "_house.yaml"):
        (folder / name).unlink()
    loader.load(ENV)
    assert list(loader._parsed) == []
