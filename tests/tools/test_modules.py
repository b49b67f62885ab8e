from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

from runtime.errors import ToolError
from runtime.tools.modules import load
from tests.tools.conftest import Folder


def reason(name: str, folder: Path) -> str:
    with pytest.raises(ToolError) as caught:
        load(name, folder)
    return str(caught.value)


def test_the_folder_comes_before_installed_packages_and_the_standard_library(folder: Folder) -> None:
    folder.write("calendar.py", "OWN = True")
    assert load("calendar", folder.path).OWN is True
    assert "callboard_tools" not in load("docstring_parser", folder.path).__name__


def test_tools_of_one_folder_share_the_state_of_its_modules(folder: Folder) -> None:
    folder.write("state.py", "BOOKINGS = []")
    folder.write("one.py", "from state import BOOKINGS")
    folder.write("two.py", "from state import BOOKINGS")
    assert load("one", folder.path).BOOKINGS is load("two", folder.path).BOOKINGS
    assert load("one", folder.path) is load("one", folder.path)


def test_two_folders_hold_modules_of_the_same_name(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "tools").mkdir(parents=True)
        (tmp_path / name / "tools" / "data.py").write_text(f"NAME = '{name}'")
        (tmp_path / name / "tools" / "use.py").write_text("from tools.data import NAME")
    assert [load("tools.use", tmp_path / name).NAME for name in ("a", "b")] == ["a", "b"]


def test_an_edit_of_an_imported_module_is_seen_by_the_next_load_only(folder: Folder) -> None:
    folder.write("helper.py", "def answer(): return 1")
    folder.write("main.py", "import helper")
    old = load("main", folder.path)
    folder.write("helper.py", "def answer(): return 2")
    new = load("main", folder.path)
    assert (old.helper.answer(), new.helper.answer()) == (1, 2)


def test_a_repaired_module_is_loaded(folder: Folder) -> None:
    folder.write("main.py", "X = (")
    assert "main.py, line 1" in reason("main", folder.path)
    folder.write("main.py", "X = 1")
    assert load("main", folder.path).X == 1


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\ndef f(:\n", "tool.py, line 2: invalid syntax"),
        ("\nimport reqests\n", "tool.py, line 2: No module named 'reqests'"),
        ("import pack.dta", "tool.py, line 1: No module named 'pack.dta'"),
        ("from . import data", "tool.py, line 1: cannot import name 'data' from 'the folder'"),
        ("from json import lods", "tool.py, line 1: cannot import name 'lods' from 'json'"),
        ("import pack.broken", "pack/broken.py, line 2: name 'undefined' is not defined"),
        ("import sys\nsys.exit('secret')", "tool.py, line 2: it raises SystemExit"),
        ("raise ValueError('secret')", "tool.py, line 1: it raises ValueError"),
        ("raise ImportError('/secret/lib.so')", "tool.py, line 1: it raises ImportError"),
        ("x = '\\ud8'", "tool.py, line 1: (unicode error)"),
        ("x = '\0'", "null bytes|it raises ValueError"),
    ],
)
def test_code_that_cannot_be_imported_is_named_by_file_and_line(folder: Folder, source: str, expected: str) -> None:
    folder.write("pack/data.py", "")
    folder.write("pack/broken.py", "x = 1\nundefined")
    folder.write("tool.py", source)
    message = reason("tool", folder.path)
    assert message.startswith("`tool` cannot be imported: ")
    assert any(part in message for part in expected.split("|"))
    assert str(folder.path) not in message
    assert "secret" not in message


def test_the_log_has_what_the_message_leaves_out(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    folder.write("tool.py", "raise ValueError('the details')")
    with caplog.at_level(logging.WARNING, logger="runtime.tools"):
        reason("tool", folder.path)
    assert "the details" in caplog.text


def test_a_module_that_is_nowhere_brings_a_suggestion(folder: Folder) -> None:
    absent = "there is no module `{}` beside the spec or among the installed packages; {}"
    assert reason("hotel.wether", folder.path) == absent.format("hotel.wether", "put it into `hotel/wether.py`")
    folder.write("hotel/__init__.py", "")
    folder.write("hotel/weather.py", "")
    folder.write("hotel/_private.py", "")
    folder.write("not-a-module.py", "")
    assert reason("hotel.wether", folder.path) == absent.format("hotel.wether", "did you mean `hotel.weather`?")
    assert reason("xyz", folder.path) == absent.format("xyz", "there is `hotel`, `hotel.weather`")


def test_an_installed_package_that_fails_is_not_called_missing(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path_factory.mktemp("site")
    (site / "callboard_test_broken.py").write_text("import callboard_test_absent")
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    assert reason("callboard_test_broken", folder.path) == (
        "`callboard_test_broken` cannot be imported: No module named 'callboard_test_absent'"
    )


@pytest.mark.parametrize("name", ["os", "builtins", "subprocess", "os.path"])
def test_the_standard_library_is_no_tool(folder: Folder, name: str) -> None:
    assert reason(name, folder.path) == (
        f"`{name}` is Python's standard library; write a function of your own that uses it"
    )


def test_ctrl_c_during_an_import_is_the_operators(folder: Folder) -> None:
    folder.write("tool.py", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        load("tool", folder.path)
