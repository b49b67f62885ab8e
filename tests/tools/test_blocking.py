"""The watch over the event loop while tools run on it."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typing_extensions import override

from runtime.tools.blocking import on_loop, times_blocked, watch_of
from runtime.tools.executor import Executor
from tests.tools.conftest import Folder, module_of

Told = Callable[[], list[str]]

BLOCKING = """
import asyncio, time
from typing import Annotated
from pydantic import AfterValidator

def slowly(text: str) -> str:
    until = time.monotonic() + 5
    while not TOLD() and time.monotonic() < until:
        time.sleep(0.01)
    return text

TOLD = list

async def go() -> str:
    'Go.'
    return slowly("")

async def check(text: Annotated[str, AfterValidator(slowly)]) -> str:
    'Check.'
    return text

async def leave_task() -> None:
    'Leave a task behind.'
    async def later():
        await asyncio.sleep(0.01)
        slowly("")
    LEFT.append(asyncio.get_running_loop().create_task(later()))

async def leave_callback() -> None:
    'Leave a callback behind.'
    LEFT.append(asyncio.Event())
    def later():
        slowly("")
        LEFT[0].set()
    asyncio.get_running_loop().call_later(0.01, later)

async def at_once(text: str = "") -> str:
    'Answer.'
    return text

LEFT = []
"""
SLOWLY = BLOCKING.splitlines().index("        time.sleep(0.01)") + 1


class Nameless:
    @override
    def __str__(self) -> str:
        raise ValueError("no name")


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Told:
    """What the watch has said until now; tools may ask, and end their blocking when they are named."""
    caplog.set_level(logging.ERROR, logger="runtime.tools")
    return lambda: [record.getMessage() for record in caplog.records]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executor: Executor) -> Folder:
    """The folder of an agent, and `callboard_test_rooms` as a package that the operator allows."""
    monkeypatch.syspath_prepend(tmp_path / "site")
    folder = Folder(tmp_path / "agents.d", executor, packages=("callboard_test_rooms",))
    folder.write("../site/callboard_test_rooms/__init__.py", BLOCKING)
    folder.write("../site/callboard_test_library.py", BLOCKING)
    return folder


@pytest.fixture(autouse=True)
def forgotten() -> None:
    """Modules of an installed package outlive a test."""
    for name in [name for name in sys.modules if name.startswith("callboard_test_")]:
        del sys.modules[name]


async def turns(seconds: float) -> None:
    waiting = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(seconds, waiting.set_result, None)
    await waiting


async def test_the_line_is_named_while_it_still_blocks(folder: Folder, told: Told) -> None:
    file = folder.write("t.py", BLOCKING)
    tool = folder.bind("t:go")
    module_of(tool)["TOLD"] = told
    await tool.call({})
    (line,) = told()
    assert line.startswith(f"tool go blocks the event loop at {file}:{SLOWLY} (slowly): nobody hears anything")
    assert times_blocked() == 1


async def test_the_agent_is_named_too(folder: Folder, told: Told) -> None:
    folder.write("t.py", BLOCKING)
    tool = replace(folder, executor=Executor(2, "mallory")).bind("t:go")
    module_of(tool)["TOLD"] = told
    await tool.call({})
    assert told()[0].startswith("tool mallory.go blocks the event loop at ")


async def test_a_module_beside_the_tools_is_named_where_it_is_the_one_that_blocks(folder: Folder, told: Told) -> None:
    file = folder.write("part.py", BLOCKING)
    folder.write("t.py", "import part\nasync def go():\n    'Go.'\n    part.TOLD = TOLD\n    part.slowly('')\n")
    tool = folder.bind("t:go")
    module_of(tool)["TOLD"] = told
    await tool.call({})
    assert told()[0].startswith(f"tool go blocks the event loop at {file}:{SLOWLY} (slowly)")


async def test_a_function_of_an_installed_package_is_named(installed: Folder, told: Told) -> None:
    tool = installed.bind("callboard_test_rooms:go")
    module_of(tool)["TOLD"] = told
    await tool.call({})
    (line,) = told()
    assert line.startswith("tool go blocks the event loop at ")
    assert f"callboard_test_rooms/__init__.py:{SLOWLY} (slowly)" in line


async def test_what_is_called_is_named_where_the_tool_has_no_code_of_its_own_on_the_stack(
    installed: Folder, told: Told
) -> None:
    installed.write("t.py", "import callboard_test_library as library\ndef go():\n    'Go.'\n    return library.go()")
    tool = installed.bind("t:go")
    module_of(tool)["library"].TOLD = told
    await tool.call({})  # a thread makes the coroutine, and the loop runs it
    (line,) = told()
    assert f"callboard_test_library.py:{SLOWLY} (slowly)" in line


async def test_a_validator_that_blocks_is_named(folder: Folder, told: Told) -> None:
    file = folder.write("t.py", BLOCKING)
    tool = folder.bind("t:check")
    module_of(tool)["TOLD"] = told
    assert tool.objection({"text": "a"}) == ""
    (line,) = told()
    assert line.startswith(f"checking the arguments of tool check blocks the event loop at {file}:{SLOWLY} (slowly)")


def test_arguments_are_checked_without_a_loop_too(folder: Folder) -> None:
    folder.write("t.py", BLOCKING)
    assert folder.bind("t:at_once").objection({"text": []}) == "text: [] is not a string"


@pytest.mark.parametrize("what", ["leave_task", "leave_callback"])
async def test_what_a_tool_has_left_behind_is_named_by_its_line(folder: Folder, told: Told, what: str) -> None:
    file = folder.write("t.py", BLOCKING)
    tool = folder.bind(f"t:{what}")
    module_of(tool)["TOLD"] = told
    await tool.call({})
    assert told() == []
    left = module_of(tool)["LEFT"].pop if what == "leave_task" else module_of(tool)["LEFT"][0].wait
    await left()
    (line,) = told()
    assert line.startswith(f"what a tool has left behind blocks the event loop at {file}:{SLOWLY} (slowly)")


async def test_a_module_may_call_itself_anything(folder: Folder, told: Told) -> None:
    folder.write("odd.py", BLOCKING)
    folder.write("t.py", "import odd\nasync def go():\n    'Go.'\n    odd.TOLD = TOLD\n    odd.slowly('')\n")
    tool = folder.bind("t:go")
    module_of(tool)["TOLD"] = told
    vars(module_of(tool)["odd"])["__name__"] = Nameless()
    await tool.call({})
    assert f"{folder.path}/t.py:5 (go)" in told()[0]


async def test_a_tool_that_waits_properly_is_not_named(folder: Folder, told: Told) -> None:
    folder.write("t.py", "import asyncio\nasync def go():\n    'Go.'\n    await asyncio.sleep(0.5)")
    await folder.bind("t:go").call({})
    assert told() == []


async def test_a_loop_that_others_hold_up_is_not_the_tools_fault(told: Told) -> None:
    with on_loop("tool go"):
        time.sleep(0.5)  # noqa: ASYNC251 - what a test is about
    assert told() == []


async def test_who_is_at_work_is_known_while_he_is_and_no_longer() -> None:
    guests = watch_of(asyncio.get_running_loop())._guests
    with on_loop("tool go"):
        with on_loop("checking"):
            assert [guest.name for guest in guests.values()] == ["checking"]
        assert [guest.name for guest in guests.values()] == ["tool go"]
    assert guests == {}


async def test_many_tools_are_watched_by_one_thread() -> None:
    started = []
    for _ in range(100):
        with on_loop("tool go"):
            started.append(watch_of(asyncio.get_running_loop())._thread)
    assert len(set(started)) == 1


async def test_watching_costs_a_call_microseconds() -> None:
    with on_loop("tool go"):
        pass
    began = time.process_time()
    for _ in range(10_000):
        with on_loop("tool go"):
            pass
    assert (time.process_time() - began) / 10_000 < 0.000_1  # 3 µs; the tracer of a coverage run takes ten times that


def test_the_thread_ends_with_the_loop_and_a_closed_loop_is_freed() -> None:
    async def watched() -> tuple[weakref.ref[asyncio.AbstractEventLoop], threading.Thread | None]:
        loop = asyncio.get_running_loop()
        with on_loop("tool go"):
            return weakref.ref(loop), watch_of(loop)._thread

    loop, thread = asyncio.run(watched())
    assert thread is not None
    thread.join(5)
    assert not thread.is_alive()
    gc.collect()
    assert loop() is None


def test_a_loop_that_is_closed_while_it_is_asked_is_noticed() -> None:
    loop = asyncio.new_event_loop()
    watch = watch_of(loop)
    asking = threading.Thread(target=watch._ask)  # in vain: this loop does not run
    asking.start()
    loop.close()
    asking.join(5)
    assert not asking.is_alive()
