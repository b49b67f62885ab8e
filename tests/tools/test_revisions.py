"""What a reload needs of tools: old code stays whole while it is used, and goes when it is not."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
import weakref

import pytest

from runtime.tools import namespaces, snapshots
from runtime.tools.modules import steady
from tests.tools.conftest import Folder, failure, module_of

VERSIONED = "import part\ndef go():\n    'Go.'\n    from late import N\n    return [{n}, part.N, N]"

EDITED = "import logging, part\nlogging.getLogger(__name__)\ndef go():\n    'Go.'\n    return {n}"


def alive() -> set[str]:
    """The folder's states that are registered, by the names of their root packages."""
    return {f"{namespaces.ROOT}.{number}" for number in namespaces._namespaces}


def entries() -> list[str]:
    return [name for name in sys.modules if name.startswith(f"{namespaces.ROOT}.")]


def logged() -> set[str]:
    return {name for name in logging.root.manager.loggerDict if name.startswith(f"{namespaces.ROOT}.")}


@pytest.fixture
def before() -> set[str]:
    gc.collect()
    return alive()


async def test_a_tool_keeps_the_code_of_its_revision_even_what_it_has_not_imported_yet(folder: Folder) -> None:
    late = folder.write("late.py", "N = 1")
    folder.write("part.py", "N = 1")
    folder.write("t.py", VERSIONED.format(n=1))
    old = folder.bind("t:go")
    for name in ("late.py", "part.py"):
        folder.write(name, "N = 2")
    folder.write("t.py", VERSIONED.format(n=2))
    new = folder.bind("t:go")
    late.unlink()
    assert await new.call({}) == [2, 2, 2]
    assert await old.call({}) == [1, 1, 1]


async def test_a_module_that_was_added_later_is_none_of_an_old_revision(folder: Folder) -> None:
    folder.write("t.py", "def go():\n    'Go.'\n    import added")
    old = folder.bind("t:go")
    folder.write("added.py", "")
    assert await failure(old) == "The tool failed: ModuleNotFoundError"
    assert await folder.bind("t:go").call({}) is None


async def test_in_a_large_folder_a_late_import_of_an_edited_file_is_refused(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(snapshots, "KEPT_BYTES", 0)
    folder.write("late.py", "")
    folder.write(
        "t.py", "import importlib\ndef go():\n    'Go.'\n    return bool(importlib.import_module('l' + 'ate'))"
    )
    old = folder.bind("t:go")
    folder.write("late.py", "N = 1")
    assert await failure(old) == "The tool failed: SourceError"
    assert "`late.py` has changed since this agent was loaded" in caplog.text
    assert await folder.bind("t:go").call({}) is True


async def test_a_thousand_edits_leave_only_what_is_in_use(folder: Folder, before: set[str]) -> None:
    folder.write("part.py", "N = 0")
    held, watched = [], []
    names, loggers = set(entries()), logged()
    tool = None
    for number in range(1000):
        folder.write(
            "t.py", f"import logging, part\nlogging.getLogger(__name__)\ndef go():\n    'Go.'\n    return {number}"
        )
        tool = folder.bind("t:go", parameters={"type": "object"})
        watched.append(weakref.ref(sys.modules[tool._found.function.__module__]))
        if number < 10:
            held.append(tool)
    assert len(alive() - before) == 11
    assert len(set(entries()) - names) == 11 * 3
    assert len(logged() - loggers) == 11 * 2  # the module's and its parent
    gc.collect()
    assert sum(module() is not None for module in watched) == 11
    assert [await old.call({}) for old in held] == list(range(10))
    del held, tool
    gc.collect()
    assert alive() <= before
    assert set(entries()) <= names
    assert logged() <= loggers
    assert not any(module() for module in watched)


def test_a_module_that_cannot_be_bound_leaves_nothing(folder: Folder, before: set[str]) -> None:
    folder.write("t.py", "import part\nraise ValueError")
    folder.write("part.py", "")
    folder.refusal("t:go")
    gc.collect()
    assert alive() <= before


async def test_a_call_that_is_left_behind_keeps_its_modules(folder: Folder, before: set[str]) -> None:
    folder.write("late.py", "N = 7")
    folder.write(
        "t.py",
        """
        import threading
        began, gate, ended, seen = threading.Event(), threading.Event(), threading.Event(), []
        def go():
            "Go."
            began.set()
            gate.wait(20)
            from late import N
            seen.append(N)
            ended.set()
        """,
    )
    tool = folder.bind("t:go")
    module = module_of(tool)
    call = asyncio.get_running_loop().create_task(tool.call({}))
    await asyncio.to_thread(module["began"].wait, 20)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    del tool, call
    gc.collect()
    assert len(alive() - before) == 1
    module["gate"].set()
    assert await asyncio.to_thread(module["ended"].wait, 20)
    assert module["seen"] == [7]


async def test_tools_bound_together_are_of_one_state_whatever_is_edited_meanwhile(folder: Folder) -> None:
    folder.write("shared.py", "N = 1")
    for name in ("one", "two"):
        folder.write(f"{name}.py", "def go():\n    import shared\n    return shared")
    with steady(folder.paths):
        one = folder.load("one")
        folder.write("shared.py", "N = 2")
        two = folder.load("two")
    assert one.go() is two.go()
    assert (two.go().N, folder.load("two").go().N) == (1, 2)


def test_folders_are_steady_in_the_thread_that_asks_for_it_only(folder: Folder) -> None:
    folder.write("t.py", "N = 1")
    seen: list[int] = []
    with steady(folder.paths):
        folder.write("t.py", "N = 2")
        other = threading.Thread(target=lambda: seen.append(folder.load("t").N))
        other.start()
        other.join()
        seen.append(folder.load("t").N)
    assert seen == [2, 1]
