from __future__ import annotations

import asyncio
import gc
import sys
from typing import Any

import pytest

from runtime.tools.containment import contained


async def leave() -> None:
    sys.exit(3)


async def ask() -> str:
    async def inner() -> str:
        return "fine"

    return await asyncio.get_running_loop().create_task(inner())


async def test_an_exit_in_a_task_is_an_ordinary_error() -> None:
    with contained():
        task = asyncio.get_running_loop().create_task(leave(), name="leaving")
        with pytest.raises(RuntimeError, match=r"^SystemExit in a task of a tool$"):
            await task
        assert task.get_name() == "leaving"
        assert await asyncio.get_running_loop().create_task(ask()) == "fine"


async def test_a_task_of_a_task_is_contained_too() -> None:
    async def start() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(leave())

    with contained(), pytest.raises(BaseExceptionGroup) as caught:
        await asyncio.get_running_loop().create_task(start())
    assert isinstance(caught.value.exceptions[0], RuntimeError)


@pytest.mark.filterwarnings("error")
async def test_what_is_cancelled_before_it_begins_is_closed() -> None:
    with contained():
        task = asyncio.get_running_loop().create_task(ask())
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    del task
    gc.collect()


async def test_other_tasks_are_made_as_ever() -> None:
    made: list[Any] = []

    def factory(loop: asyncio.AbstractEventLoop, work: Any, **options: Any) -> asyncio.Task[Any]:
        made.append(work)
        return asyncio.Task(work, loop=loop, **options)

    loop = asyncio.get_running_loop()
    loop.set_task_factory(factory)
    with contained():
        pass
    work = ask()
    assert await loop.create_task(work) == "fine"
    assert made[0] is work
