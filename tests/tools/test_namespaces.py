from __future__ import annotations

import sys
from pathlib import Path

import pytest

from runtime.tools.namespaces import Namespace, public
from runtime.tools.snapshots import Snapshot
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
    module = folder.load("hotel_tools.weather")
    assert module.hotel_tools.data is module.alias is module.absolute is module.relative
    assert module.ROOMS is module.SAME is module.late()
    assert (module.NAME, module.json) == ("top", sys.modules["json"])


def test_nothing_of_a_folder_shows_outside_of_it(folder: Folder) -> None:
    path = list(sys.path)
    folder.write("solitary_module.py", "X = 1")
    module = folder.load("solitary_module")
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
    module = folder.load("pack.reader")
    assert (module.VALUE, module.WORDS, module.BESIDE) == (7, "hello", "hello")
    assert folder.load("pack").VALUE == 7


def test_modules_that_import_each_other_are_loaded_once(folder: Folder) -> None:
    folder.write("left.py", "import right\nSIDE = 'left'\ndef other(): return right.SIDE")
    folder.write("right.py", "import left\nSIDE = 'right'\ndef other(): return left.SIDE")
    left = folder.load("left")
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
    box = folder.load("shapes").Box(3)
    assert (box.width, box.kind) == (3, "box")


def test_a_directory_without_python_does_not_hide_an_installed_package(folder: Folder) -> None:
    folder.write("orjson/readme.md", "prompts")
    folder.write("mine.py", "import orjson\nTEXT = orjson.dumps([1])")
    assert folder.load("mine").TEXT == b"[1]"


def test_only_private_names_below_a_state_are_found(tmp_path: Path) -> None:
    namespace = Namespace(Snapshot(tmp_path))
    (tmp_path / "absent.py").write_text("")
    with pytest.raises(ModuleNotFoundError):
        namespace.load("absent")
    namespace.close()
    with pytest.raises(ModuleNotFoundError):
        __import__("callboard_tools.r0.absent")


def test_public_gives_the_authors_names_back() -> None:
    assert public("'callboard_tools.r12.hotel.weather' and callboard_tools.x") == (
        "'hotel.weather' and callboard_tools.x"
    )


def test_imports_by_call_reach_the_folder_first_too(folder: Folder) -> None:
    folder.write("hotel_tools/__init__.py", "")
    folder.write("hotel_tools/data.py", "ROOMS = ['blue']")
    folder.write(
        "hotel_tools/plugins.py",
        """
        import importlib
        import importlib.util
        from importlib import import_module, metadata
        from importlib.resources import files

        NAMES = [
            importlib.import_module("hotel_tools.data"),
            import_module("hotel_tools.data"),
            import_module(".data", package="hotel_tools"),
            import_module(".data", package=__package__),
            import_module(f"{__package__}.data"),
            __import__("hotel_tools.data").data,
        ]
        JSON = importlib.import_module("json"), import_module("importlib.util"), importlib.util
        """,
    )
    module = folder.load("hotel_tools.plugins")
    assert {id(each) for each in module.NAMES} == {id(module.NAMES[0])}
    assert module.NAMES[0].ROOMS == ["blue"]
    assert (sys.modules["json"], sys.modules["importlib.util"], sys.modules["importlib.util"]) == module.JSON
    assert module.metadata is sys.modules["importlib.metadata"]
    assert "hotel_tools.data" not in sys.modules
