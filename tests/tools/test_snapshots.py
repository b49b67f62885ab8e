from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from runtime.sources import SourceRef, digest_of
from runtime.tools import snapshots
from runtime.tools.snapshots import Snapshot, SourceError
from tests.tools.conftest import Folder


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every folder one whose files are too many to keep."""
    monkeypatch.setattr(snapshots, "KEPT_BYTES", 0)


def test_an_edit_of_the_same_size_and_time_is_seen_and_a_revert_too(folder: Folder) -> None:
    file = folder.write("helper.py", "X = 1")
    snapshot = Snapshot(folder.path)
    assert snapshot.is_current()
    stamp = file.stat()
    file.write_text("X = 2")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert not snapshot.is_current()
    file.write_text("X = 1")
    assert snapshot.is_current()


def test_a_file_that_comes_or_goes_is_an_edit_but_one_that_is_no_python_is_not(folder: Folder) -> None:
    file = folder.write("helper.py", "X = 1")
    snapshot = Snapshot(folder.path)
    folder.write("agent.yaml", "model: m")
    folder.write("prompts/hello.md", "hello")
    assert snapshot.is_current()
    new = folder.write("prompts/words.py", "")
    assert not snapshot.is_current()
    new.unlink()
    file.unlink()
    assert not snapshot.is_current()


def test_the_bytes_are_those_of_the_moment_it_was_taken(folder: Folder) -> None:
    file = folder.write("helper.py", "X = 1")
    snapshot = Snapshot(folder.path)
    file.unlink()
    assert snapshot.read(file) == b"X = 1"
    assert snapshot.ref(file) == SourceRef(file, digest_of(b"X = 1"))


def test_a_digest_is_sixteen_digits_of_sha_256() -> None:
    assert digest_of(b"") == "e3b0c44298fc1c14"


def test_equal_bytes_are_held_only_once(folder: Folder) -> None:
    same, edited = folder.write("same.py", "X = 1"), folder.write("edited.py", "X = 1")
    first = Snapshot(folder.path)
    edited.write_text("X = 2")
    second = Snapshot(folder.path, first)
    assert second.read(same) is first.read(same)
    assert (first.read(edited), second.read(edited)) == (b"X = 1", b"X = 2")


@pytest.mark.usefixtures("large")
def test_of_a_large_folder_only_what_is_read_is_kept_and_what_has_changed_before_is_refused(folder: Folder) -> None:
    read, unread, gone = (folder.write(f"pack/{name}.py", "X = 1") for name in ("read", "unread", "gone"))
    snapshot = Snapshot(folder.path)
    assert not snapshot.kept
    assert snapshot.read(read) == b"X = 1"
    assert snapshot.is_current()
    for file in (read, unread):
        file.write_text("X = 22")
    gone.unlink()
    assert snapshot.read(read) == b"X = 1"
    with pytest.raises(SourceError, match=r"^`pack/unread\.py` has changed since this agent was loaded"):
        snapshot.read(unread)
    with pytest.raises(SourceError, match=r"^`pack/gone\.py` cannot be read: No such file or directory$"):
        snapshot.ref(gone)


@pytest.mark.usefixtures("large")
def test_an_edit_of_a_large_folder_is_seen_whether_the_file_was_read_or_not(folder: Folder) -> None:
    read, unread = folder.write("read.py", "X = 1"), folder.write("unread.py", "X = 1")
    snapshot = Snapshot(folder.path)
    snapshot.read(read)
    stamp = read.stat()
    read.write_text("X = 2")
    os.utime(read, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert not snapshot.is_current()
    second = Snapshot(folder.path)
    unread.write_text("X = 22")
    assert not second.is_current()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_file_without_permission_is_an_error_of_its_import_only(folder: Folder) -> None:
    file = folder.write("closed.py", "X = 1")
    file.chmod(0)
    assert folder.refusal("closed:go") == "`closed` cannot be imported: `closed.py` cannot be read: Permission denied"


def test_a_file_that_cannot_be_read_is_an_error_of_its_import_only(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("closed.py", "X = 1")
    folder.write("open.py", "def go():\n    'Go.'")
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.name == "closed.py":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    folder.bind("open:go")
    assert folder.refusal("closed:go") == "`closed` cannot be imported: `closed.py` cannot be read: Permission denied"
    assert Snapshot(folder.path).is_current()
    snapshot = Snapshot(folder.path)
    monkeypatch.setattr(Path, "read_bytes", read)
    snapshot.read(folder.path / "closed.py")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert not snapshot.is_current()


def test_what_cannot_be_imported_is_not_looked_at(folder: Folder) -> None:
    for place in (".git/a.py", "..data/a.py", "node_modules/a.py", "__pycache__/a.py", "env/lib/a.py", "dir.py/a.py"):
        folder.write(place, "X = 1")
    folder.write("env/pyvenv.cfg", "")
    folder.write("pack/deep/a.py", "")
    (folder.path / "pack" / "circle").symlink_to(folder.path)
    (folder.path / "linked.py").symlink_to(folder.path / "..data" / "a.py")
    (folder.path / "dangling.py").symlink_to(folder.path / "nowhere")
    assert Snapshot(folder.path).modules() == {"linked", "pack.deep.a"}
    assert Snapshot(folder.path / "nowhere").modules() == set()


def test_a_file_that_goes_while_it_is_looked_at_is_not_there(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write("a.py", "")

    def gone(_: os.stat_result) -> tuple[int, int, int, int]:
        raise FileNotFoundError

    monkeypatch.setattr(snapshots, "_stamp", gone)
    assert Snapshot(folder.path).modules() == set()


def test_a_name_that_is_none_is_nowhere(folder: Folder) -> None:
    folder.write("a/b.py", "")
    snapshot = Snapshot(folder.path)
    assert snapshot.locate("a.b") == folder.path / "a" / "b.py"
    assert [snapshot.locate(name) for name in ("a..b", "", "..a", "c")] == [None] * 4
    assert snapshot.name_of(folder.path / "a" / "b.py") == "a/b.py"
    assert snapshot.name_of(folder.path / "agent.yaml") == ""
