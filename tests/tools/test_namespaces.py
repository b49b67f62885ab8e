from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from runtime.tools.modules import load
from runtime.tools.namespaces import Namespace, public
from tests.tools.conftest import Folder


def test_absolute_and_relative_imports_reach_the_same_modules_of_the_folder(folder: Folder) -> None:
    folder.write("hotel_tools/data.py", "ROOMS = ['blue']")
    folder.write("top.py", "NAME = 'top'")
    folder.write(
        "hotel_tools/weather.py",
        """
        import hotel_tools.data
        import hotel_tools.data as alias
        import json
        from hotel_tools import data as absolute
        from hotel_tools.data import ROOMS
        from . import data as relative
        from .data import ROOMS as SAME
        from top import NAME

        def late():
            from hotel_tools.data import ROOMS
            return ROOMS
        """,
    )
    module = load("hotel_tools.weather", folder.path)
    assert module.hotel_tools.data is module.alias is module.absolute is module.relative
    assert module.ROOMS is module.SAME is module.late()
    assert (module.NAME, module.json) == ("top", sys.modules["json"])


def test_nothing_of_a_folder_shows_outside_of_it(folder: Folder) -> None:
    path = list(sys.path)
    folder.write("solitary_module.py", "X = 1")
    module = load("solitary_module", folder.path)
    assert sys.path == path
    assert "solitary_module" not in sys.modules
    assert sys.modules[module.__name__] is module
    assert list(folder.path.rglob("__pycache__")) == []


def test_a_package_with_init_runs_it_and_may_read_its_own_files(folder: Folder) -> None:
    folder.write("pack/__init__.py", "from .inner import VALUE")
    folder.write("pack/inner.py", "VALUE = 7")
    folder.write("pack/words.txt", "hello")
    folder.write(
        "pack/reader.py",
        """
        from importlib.resources import files
        from pathlib import Path
        from pack import VALUE
        WORDS = files(__package__).joinpath("words.txt").read_text()
        BESIDE = Path(__file__).with_name("words.txt").read_text()
        """,
    )
    module = load("pack.reader", folder.path)
    assert (module.VALUE, module.WORDS, module.BESIDE) == (7, "hello", "hello")
    assert load("pack", folder.path).VALUE == 7


def test_modules_that_import_each_other_are_loaded_once(folder: Folder) -> None:
    folder.write("left.py", "import right\nSIDE = 'left'\ndef other(): return right.SIDE")
    folder.write("right.py", "import left\nSIDE = 'right'\ndef other(): return left.SIDE")
    left = load("left", folder.path)
    assert (left.other(), left.right.other()) == ("right", "left")


def test_string_annotations_of_dataclasses_find_their_module(folder: Folder) -> None:
    folder.write(
        "shapes.py",
        """
        from __future__ import annotations
        from dataclasses import dataclass
        from typing import ClassVar
        @dataclass
        class Box:
            kind: ClassVar[str] = "box"
            width: int = 1
        """,
    )
    box = load("shapes", folder.path).Box(3)
    assert (box.width, box.kind) == (3, "box")


def test_a_directory_without_python_does_not_hide_an_installed_package(folder: Folder) -> None:
    folder.write("orjson/readme.md", "prompts")
    folder.write("mine.py", "import orjson\nTEXT = orjson.dumps([1])")
    assert load("mine", folder.path).TEXT == b"[1]"


def test_a_state_is_current_until_one_of_its_files_changes_or_goes(folder: Folder) -> None:
    helper = folder.write("helper.py", "X = 1")
    folder.write("main.py", "import helper")
    namespace = Namespace(folder.path)
    namespace.load("main")
    assert namespace.is_current()
    stamp = helper.stat()
    helper.write_text("X = 2")
    os.utime(helper, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert not namespace.is_current()
    helper.write_text("X = 1")
    assert namespace.is_current()
    helper.unlink()
    assert not namespace.is_current()


def test_only_private_names_below_a_state_are_found(tmp_path: Path) -> None:
    namespace = Namespace(tmp_path)
    with pytest.raises(ModuleNotFoundError):
        namespace.load("absent")
    with pytest.raises(ModuleNotFoundError):
        __import__("callboard_tools.r0.absent")


def test_public_gives_the_authors_names_back() -> None:
    assert public("'callboard_tools.r12.hotel.weather' and callboard_tools.x") == (
        "'hotel.weather' and callboard_tools.x"
    )
