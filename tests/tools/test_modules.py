from __future__ import annotations

import builtins
import gc
import logging
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from runtime.errors import ToolError, ToolModuleError
from runtime.tools import modules
from runtime.tools.modules import load, steady
from runtime.tools.paths import ToolPaths
from tests.tools.conftest import Folder


def reason(name: str, folder: Path) -> str:
    with pytest.raises(ToolError) as caught:
        load(name, ToolPaths(folder))
    return str(caught.value)


def place(name: str, folder: Path) -> tuple[str, int, int]:
    with pytest.raises(ToolModuleError) as caught:
        load(name, ToolPaths(folder))
    return caught.value.file, caught.value.line, caught.value.column


def test_the_folder_comes_before_installed_packages_and_the_standard_library(folder: Folder) -> None:
    folder.write("calendar.py", "OWN = True")
    assert folder.load("calendar").OWN is True
    allowing = replace(folder, packages=("docstring_parser",))
    assert "callboard_tools" not in allowing.load("docstring_parser").__name__


def test_tools_of_one_folder_share_the_state_of_its_modules(folder: Folder) -> None:
    folder.write("state.py", "BOOKINGS = []")
    folder.write("one.py", "from state import BOOKINGS")
    folder.write("two.py", "from state import BOOKINGS")
    assert folder.load("one").BOOKINGS is folder.load("two").BOOKINGS
    assert folder.load("one") is folder.load("one")


def test_two_folders_hold_modules_of_the_same_name(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "tools").mkdir(parents=True)
        (tmp_path / name / "tools" / "data.py").write_text(f"NAME = '{name}'")
        (tmp_path / name / "tools" / "use.py").write_text("from tools.data import NAME")
    assert [load("tools.use", ToolPaths(tmp_path / name)).module.NAME for name in ("a", "b")] == ["a", "b"]


def test_an_edit_of_an_imported_module_is_seen_by_the_next_load_only(folder: Folder) -> None:
    folder.write("helper.py", "def answer(): return 1")
    folder.write("main.py", "import helper")
    old = folder.load("main")
    folder.write("helper.py", "def answer(): return 2")
    new = folder.load("main")
    assert (old.helper.answer(), new.helper.answer()) == (1, 2)


def test_a_repaired_module_is_loaded(folder: Folder) -> None:
    folder.write("main.py", "X = (")
    assert "main.py, line 1" in reason("main", folder.path)
    folder.write("main.py", "X = 1")
    assert folder.load("main").X == 1


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
        ("import os\nos.environ['LACKING']", "tool.py, line 2: the environment variable LACKING is not set"),
        ("import os\nos.environ['/secret/']", "tool.py, line 2: it raises KeyError"),
        ("{}['secret']", "tool.py, line 1: it raises KeyError"),
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
    absent = "there is no module `{}` beside the spec; {}"
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
    with pytest.raises(ToolError) as caught:
        replace(folder, packages=("callboard_test_broken",)).load("callboard_test_broken")
    assert str(caught.value) == "`callboard_test_broken` cannot be imported: No module named 'callboard_test_absent'"


def test_only_packages_that_the_operator_allows_may_be_used(folder: Folder) -> None:
    assert reason("docstring_parser.parser", folder.path) == (
        "`docstring_parser.parser` is an installed package, and tools may come from the agents' folder only; "
        "the operator can allow it with `tool_paths: [docstring_parser]`"
    )
    allowing = replace(folder, packages=("docstring_parser.parser",))
    assert allowing.load("docstring_parser.parser").parse
    with pytest.raises(ToolError, match="is an installed package"):
        allowing.load("docstring_parser")


def test_more_folders_are_looked_through_in_their_order(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shared = tmp_path_factory.mktemp("shared")
    (shared / "t.py").write_text("WHERE = 'shared'")
    (shared / "only.py").write_text("WHERE = 'shared'")
    folder.write("t.py", "WHERE = 'own'")
    paths = ToolPaths(folder.path, (shared,))
    assert [load(name, paths).module.WHERE for name in ("t", "only")] == ["own", "shared"]
    assert [source.path for source in load("only", paths).sources] == [shared / "only.py"]


@pytest.mark.parametrize("name", ["os", "builtins", "subprocess", "os.path"])
def test_the_standard_library_is_no_tool(folder: Folder, name: str) -> None:
    assert reason(name, folder.path) == (
        f"`{name}` is Python's standard library; write a function of your own that uses it"
    )


def test_ctrl_c_during_an_import_is_the_operators(folder: Folder) -> None:
    folder.write("tool.py", "import _thread\n_thread.interrupt_main()")
    with pytest.raises(KeyboardInterrupt):
        load("tool", folder.paths)


def test_the_place_of_a_mistake_is_told_by_file_line_and_column(folder: Folder) -> None:
    folder.write("pack/broken.py", "x = 1\ny = (2 +* 3)\n")
    folder.write("outer.py", "\n\nimport pack.broken")
    folder.write("failing.py", "def inner():\n    raise ValueError\n\ninner()")
    folder.write("encoded.py", "# coding: nothing\n")
    assert place("outer", folder.path) == ("pack/broken.py", 2, 9)
    assert place("failing", folder.path) == ("failing.py", 2, 0)
    assert place("encoded", folder.path) == ("encoded.py", 1, 0)


def test_the_frames_of_installed_code_inside_the_folder_are_not_the_authors(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write(".venv/site/callboard_test_inner.py", "raise ValueError")
    monkeypatch.syspath_prepend(folder.path / ".venv" / "site")
    folder.write("tool.py", "\nimport callboard_test_inner")
    assert "tool.py, line 2: it raises ValueError" in reason("tool", folder.path)


def test_a_module_that_is_not_the_authors_has_no_place(folder: Folder) -> None:
    with pytest.raises(ToolError) as caught:
        load("absent", folder.paths)
    assert not isinstance(caught.value, ToolModuleError)


def test_an_import_that_never_ends_is_left_behind_and_its_line_told(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(modules, "IMPORT_SECONDS", 0.1)
    gate = threading.Event()
    monkeypatch.setattr(builtins, "callboard_test_gate", gate, raising=False)
    folder.write("slow.py", "x = 1\ncallboard_test_gate.wait(20)\nimport later")
    folder.write("later.py", "callboard_test_gate.later = True")
    with steady(folder.paths):
        assert place("slow", folder.path) == ("slow.py", 2, 0)
        monkeypatch.setattr(modules, "IMPORT_SECONDS", 20)  # which nobody waits for again
        assert reason("slow", folder.path) == (
            "`slow` cannot be imported: slow.py, line 2: importing it takes longer than 20 s"
        )
    gc.collect()  # the frames in the errors' tracebacks are users of the folder too
    gate.set()
    for thread in threading.enumerate():
        if thread.name == "callboard-import":
            thread.join(20)
    assert not hasattr(gate, "later")
    assert not [name for name in sys.modules if name.endswith((".slow", ".later"))]


def test_an_import_may_exit_print_and_start_threads(folder: Folder, capfd: pytest.CaptureFixture[str]) -> None:
    folder.write(
        "noisy.py",
        """
        import sys
        import threading
        print("hello", 1, sep="-")
        print("there", file=sys.stdout)
        STOP = threading.Event()
        THREAD = threading.Thread(target=STOP.wait, args=(20,))
        THREAD.start()
        """,
    )
    module = folder.load("noisy")
    assert module.THREAD.daemon  # or the process would not end before it does
    module.STOP.set()
    module.THREAD.join()
    assert capfd.readouterr() == ("there\n", "hello-1\n")
    folder.write("leaving.py", "raise SystemExit(0)")
    folder.write("interrupting.py", "raise KeyboardInterrupt")
    assert reason("leaving", folder.path).endswith("leaving.py, line 1: it raises SystemExit")
    assert reason("interrupting", folder.path).endswith("interrupting.py, line 1: it raises KeyboardInterrupt")


def test_an_import_that_ends_after_all_is_there_for_the_next(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modules, "IMPORT_SECONDS", 0.1)
    gate = threading.Event()
    monkeypatch.setattr(builtins, "callboard_test_gate", gate, raising=False)
    folder.write("slow.py", "callboard_test_gate.wait(20)\nX = 1")
    with steady(folder.paths):
        reason("slow", folder.path)
        gate.set()
        (thread,) = (thread for thread in threading.enumerate() if thread.name == "callboard-import")
        thread.join(20)
        assert folder.load("slow").X == 1
