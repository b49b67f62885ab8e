"""The only access to an author's files, among the odd things that stand in folders."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

import pytest

from runtime.spec.document import MAX_BYTES
from runtime.spec.library import Library
from runtime.spec.problem import Problem
from runtime.spec.read import Listing, SourceFile, Unreadable, list_folder, names_in, read_bytes, read_file


def sources_of(folder: Path) -> list[SourceFile | Problem]:
    listing = list_folder(folder)
    return [Library(folder, listing.shown).source(path) for path in listing.specs]


def test_a_folder_gives_its_specs_by_name_and_leaves_the_rest(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "C.YAML", "_house.yaml", ".hidden.yaml", "notes.txt", "a.yaml~", "d.yaml.swp"):
        (tmp_path / name).write_text(name)
    specs = tuple(tmp_path / name for name in ("C.YAML", "a.yml", "b.yaml"))
    assert list_folder(tmp_path) == Listing(tmp_path.name, specs, (tmp_path / "_house.yaml",))
    assert sources_of(tmp_path)[1] == SourceFile(tmp_path / "a.yml", f"{tmp_path.name}/a.yml", b"a.yml")
    assert names_in(tmp_path) == ["C.YAML", "_house.yaml", "a.yml", "b.yaml"]
    assert names_in(tmp_path / "none") == []


def test_files_are_named_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "agents.d").mkdir()
    (tmp_path / "agents.d" / "a.yaml").write_text("")
    monkeypatch.chdir(tmp_path)
    assert [source.file for source in sources_of(Path("agents.d"))] == ["agents.d/a.yaml"]
    assert [source.file for source in sources_of(tmp_path / "agents.d")] == ["agents.d/a.yaml"]
    monkeypatch.chdir(tmp_path / "agents.d")
    assert [source.file for source in sources_of(Path())] == ["a.yaml"]
    assert [source.file for source in sources_of(tmp_path / "agents.d")] == ["a.yaml"]


def test_a_missing_folder_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (problem,) = list_folder(tmp_path / "none").problems
    assert (problem.code, problem.severity, problem.line) == ("source-unavailable", "error", 0)
    assert "mkdir" in problem.hint


def test_a_name_that_cannot_be_is_a_missing_folder() -> None:
    assert [problem.code for problem in list_folder(Path("a\0b")).problems] == ["source-unavailable"]


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    (problem,) = list_folder(tmp_path / "a").problems
    assert problem.message == "this is not a folder"


def test_a_folder_that_may_not_be_read_is_an_error_and_not_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> list[str]:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", refuse)
        (problem,) = list_folder(tmp_path).problems
    assert problem.severity == "error"
    assert problem.message == "the folder cannot be read: permission denied"


def test_an_empty_folder_is_a_warning(tmp_path: Path) -> None:
    (problem,) = list_folder(tmp_path).problems
    assert (problem.code, problem.severity) == ("no-agents", "warning")


@pytest.mark.timeout(5)
def test_what_is_no_regular_file_is_a_problem_and_never_a_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.yaml")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / "dangling.yaml").symlink_to("nowhere")
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "device.yaml").symlink_to("/dev/zero")
    (tmp_path / "good.yaml").write_text("x")
    found = sources_of(tmp_path)
    assert [source.path.name for source in found if isinstance(source, SourceFile)] == ["good.yaml"]
    assert [problem.message for problem in found if isinstance(problem, Problem)] == [
        "the file does not exist",
        "the file is not a regular file",
        "the file is not a regular file",
        "the file is a folder",
        "the file is a link that leads back to itself",
    ]


def test_a_socket_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.yaml")
        problem = read_file(Path("s.yaml"))
    assert isinstance(problem, Problem)
    assert problem.message.startswith("the file cannot be read")


def test_one_file_by_itself_is_named_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.yaml").write_text("x")
    assert read_file(tmp_path / "sub" / "a.yaml") == SourceFile(tmp_path / "sub/a.yaml", "sub/a.yaml", b"x")
    problem = read_file(Path("sub"))
    assert isinstance(problem, Problem)
    assert (problem.file, problem.message) == ("sub", "the file is a folder")


def test_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, flags: int) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refuse)
        content = read_bytes(tmp_path / "a")
    assert content == Unreadable("may not be read", "let the server's user read it")


def test_an_error_while_reading_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int) -> os.stat_result:
        raise OSError(errno.EIO, "Input/output error")

    (tmp_path / "a").write_text("")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", fail)
        content = read_bytes(tmp_path / "a")
    assert isinstance(content, Unreadable)
    assert content.reason == "cannot be read: input/output error"


def test_a_file_of_just_the_largest_size_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * MAX_BYTES)
    assert read_bytes(tmp_path / "a") == b"x" * MAX_BYTES
    (tmp_path / "a").write_bytes(b"x" * (MAX_BYTES + 1))
    assert read_bytes(tmp_path / "a") == Unreadable("has more than 512 kB", "make it shorter")


def test_a_name_that_is_not_utf_8_is_shown_and_does_not_break(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.yaml"))
    path.write_text("x")
    (source,) = sources_of(tmp_path)
    assert source.file == f"{tmp_path.name}/caf\ufffd.yaml"
