from __future__ import annotations

from dataclasses import replace

import pytest

from runtime.sources import SourceRef, digest_of
from runtime.tools import snapshots
from runtime.tools.python import PythonTool, sources_of
from tests.tools.conftest import Folder, module_of


def files(folder: Folder, tool: PythonTool) -> list[str]:
    return [source.path.relative_to(folder.path).as_posix() for source in tool.sources]


def test_a_tool_knows_every_file_it_consists_of(folder: Folder) -> None:
    folder.write("hotel/__init__.py", "")
    folder.write(
        "hotel/weather.py", "import json\nfrom . import data\nfrom shared.units import C\ndef go():\n    'Go.'"
    )
    folder.write("hotel/data.py", "import hotel.weather")
    folder.write("hotel/other.py", "")
    folder.write("shared/units.py", "C = 1")
    assert files(folder, folder.bind("hotel.weather:go")) == [
        "hotel/__init__.py",
        "hotel/data.py",
        "hotel/weather.py",
        "shared/units.py",
    ]


def test_the_digest_is_of_the_bytes_that_were_compiled(folder: Folder) -> None:
    file = folder.write("t.py", "def go():\n    'Go.'")
    old = folder.bind("t:go")
    before = file.read_bytes()
    file.write_text("def go():\n    'Gone.'")
    assert old.sources == (SourceRef(file, digest_of(before)),)
    assert folder.bind("t:go").sources == (SourceRef(file, digest_of(file.read_bytes())),)


def test_tools_of_other_modules_do_not_share_their_sources(folder: Folder) -> None:
    folder.write("one.py", "import shared\ndef go():\n    'Go.'")
    folder.write("two.py", "def go():\n    'Go.'")
    folder.write("shared.py", "")
    assert files(folder, folder.bind("one:go")) == ["one.py", "shared.py"]
    assert files(folder, folder.bind("two:go")) == ["two.py"]


def test_an_import_that_has_not_run_yet_counts(folder: Folder) -> None:
    folder.write("t.py", "def go():\n    'Go.'\n    from late import X\n    return X")
    folder.write("late.py", "import later\nX = 1")
    folder.write("later.py", "x = (")
    assert files(folder, folder.bind("t:go")) == ["late.py", "later.py", "t.py"]


def test_what_a_star_stands_for_counts(folder: Folder) -> None:
    folder.write("pack/__init__.py", "__all__ = ['listed']")
    folder.write("pack/listed.py", "")
    folder.write("pack/unlisted.py", "")
    folder.write("near/t.py", "from math import *\nfrom pack import *\nfrom . import *\ndef go():\n    'Go.'")
    folder.write("near/__init__.py", "__all__ = ['beside']")
    folder.write("near/beside.py", "")
    tool = folder.bind("near.t:go")
    assert files(folder, tool) == [
        "near/__init__.py",
        "near/beside.py",
        "near/t.py",
        "pack/__init__.py",
        "pack/listed.py",
    ]
    assert set(module_of(tool)) >= {"beside", "listed", "pi"}


async def test_a_name_made_up_at_run_time_counts_once_it_is_imported(folder: Folder) -> None:
    folder.write(
        "t.py",
        """
        import importlib
        def go(name: str):
            "Go."
            return importlib.import_module("plugins." + name).X
        def call(name: str):
            "Call."
            return __import__('plugins', fromlist=[name]).top.X
        """,
    )
    folder.write("two.py", "def go():\n    'Go.'")
    folder.write("plugins/a.py", "import base\nX = 1")
    folder.write("base.py", "X = 2")
    folder.write("plugins/top.py", "X = 3")
    tool, other = folder.bind("t:go"), folder.bind("two:go")
    assert files(folder, tool) == ["t.py"]
    assert await tool.call({"name": "a"}) == 1
    assert files(folder, tool) == ["base.py", "plugins/a.py", "t.py"]
    assert await folder.bind("t:call").call({"name": "top"}) == 3
    assert files(folder, tool) == ["base.py", "plugins/a.py", "plugins/top.py", "t.py"]
    assert files(folder, other) == ["two.py"]


def test_a_file_that_is_gone_before_its_first_reading_is_no_source(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "KEPT_BYTES", 0)
    folder.write("t.py", "from pathlib import Path\nPath(__file__).with_name('late.py').unlink()\ndef go():\n    'Go.'")
    folder.write("u.py", "def go():\n    'Go.'\n    import late")
    folder.write("late.py", "")
    folder.write("v.py", "import t, u\ndef go():\n    'Go.'")
    assert files(folder, folder.bind("v:go")) == ["t.py", "u.py", "v.py"]


def test_a_tool_of_an_installed_package_has_no_sources(folder: Folder) -> None:
    text = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
    assert (
        replace(folder, packages=("docstring_parser",)).bind("docstring_parser.parser:parse", parameters=text).sources
        == ()
    )


def test_the_sources_of_a_tool_that_cannot_be_bound_are_known_without_running_it(folder: Folder) -> None:
    folder.write("t.py", "import broken\nraise SystemExit")
    folder.write("broken.py", "x = (")
    found = sources_of("t:go", folder.paths)
    assert [source.path.name for source in found] == ["broken.py", "t.py"]
    folder.write("broken.py", "x = 1")
    assert [old == new for old, new in zip(found, sources_of("t:go", folder.paths), strict=True)] == [False, True]
    assert [sources_of(text, folder.paths) for text in ("absent:go", "json:dumps", "no reference")] == [()] * 3
