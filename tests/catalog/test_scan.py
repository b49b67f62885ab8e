import os
from pathlib import Path

import pytest

from runtime.catalog.scan import Look, Scan, scan
from runtime.catalog.settle import SHRUNK_SETTLE_SECONDS, Settling


def test_every_file_that_matters_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a")
    (tmp_path / "tools" / "deep").mkdir(parents=True)
    (tmp_path / "tools" / "deep" / "x.py").write_text("x")
    for name in (".hidden.yaml", "b.yaml~", "c.yaml.swp", "4913", "d.tmp"):
        (tmp_path / name).write_text("no")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("no")
    assert scan(tmp_path).looks.keys() == {tmp_path / "a.yaml", tmp_path / "tools" / "deep" / "x.py"}


def test_files_elsewhere_are_looked_at_too(tmp_path: Path) -> None:
    secret = tmp_path / "run" / "secret"
    folder = tmp_path / "agents.d"
    folder.mkdir()
    assert scan(folder, [secret]).looks == {secret: Look()}
    secret.parent.mkdir()
    secret.write_text("s")
    assert scan(folder, [secret]).looks[secret].size == 1


def test_a_folder_that_is_gone_is_not_an_empty_folder(tmp_path: Path) -> None:
    assert not scan(tmp_path / "nowhere").reachable
    assert scan(tmp_path).reachable


@pytest.mark.parametrize("how", ["append", "rename over", "link elsewhere", "touch"])
def test_an_edit_changes_the_look(tmp_path: Path, how: str) -> None:
    folder, other = tmp_path / "agents.d", tmp_path / "other.yaml"
    folder.mkdir()
    other.write_text("other")
    file = folder / "a.yaml"
    target = tmp_path / "target.yaml"
    target.write_text("same!")
    file.symlink_to(target)
    before = scan(folder)
    match how:
        case "append":
            target.write_text("longer text")
        case "rename over":
            other.replace(target)
        case "link elsewhere":
            file.unlink()
            file.symlink_to(other)
        case _:
            os.utime(target, ns=(1, 1))
    assert scan(folder).looks != before.looks


def test_a_dangling_link_is_a_look_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to(tmp_path / "missing")
    assert scan(tmp_path).looks == {tmp_path / "a.yaml": Look()}


def looks(**sizes: int | None) -> Scan:
    return Scan({Path(name): Look(size, size, size, 1) for name, size in sizes.items()})


def test_a_change_counts_once_it_has_settled() -> None:
    settling = Settling(0.25, looks(a=10))
    assert not settling.note(looks(a=10), 0.0)
    assert not settling.note(looks(a=11), 0.5)
    assert not settling.note(looks(a=12), 0.6)
    assert not settling.note(looks(a=12), 0.7)
    assert settling.note(looks(a=12), 0.9)
    settling.act(looks(a=12))
    assert not settling.note(looks(a=12), 2.0)


def test_a_file_that_shrank_is_given_longer() -> None:
    settling = Settling(0.25, looks(a=1000))
    assert not settling.note(looks(a=0), 0.0)
    assert not settling.note(looks(a=0), 0.5)
    assert settling.note(looks(a=0), SHRUNK_SETTLE_SECONDS)


def test_a_folder_that_cannot_be_read_changes_nothing() -> None:
    settling = Settling(0.0, looks(a=10))
    assert not settling.note(Scan({}, reachable=False), 0.0)
    assert not settling.note(Scan({}, reachable=False), 9.0)


def test_a_change_that_is_undone_is_no_change() -> None:
    settling = Settling(0.25, looks(a=10))
    settling.note(looks(a=11), 0.0)
    assert not settling.note(looks(a=10), 1.0)
    assert not settling.note(looks(a=11), 2.0)
