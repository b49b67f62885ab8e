"""Tools that hang, that will not stop, and callers that leave."""

from __future__ import annotations

import asyncio

import pytest

from runtime.tools.context import Call, Caller
from tests.tools.conftest import Folder, failure, module_of


@pytest.mark.parametrize(
    ("timeout_ms", "message"), [(20, "go did not answer within 0.02 s"), (25, "go did not answer within 0.025 s")]
)
async def test_a_hung_sync_tool_is_left_and_the_next_call_has_a_thread(
    folder: Folder, timeout_ms: int, message: str
) -> None:
    folder.write(
        "t.py",
        """
        import threading
        gate = threading.Event()
        def go():
            "Go."
            gate.wait(20)
        def fine():
            "Fine."
            return 1
        """,
    )
    tool = folder.bind("t:go", timeout_ms=timeout_ms)
    for hung in (1, 2):
        assert await failure(tool) == message
        assert await folder.bind("t:fine").call({}) == 1
        assert folder.executor.stuck == hung
    module_of(tool)["gate"].set()


async def test_a_hung_async_tool_is_cancelled(folder: Folder) -> None:
    folder.write(
        "t.py",
        """
        import asyncio
        ended = asyncio.Event()
        async def go():
            "Go."
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
        """,
    )
    tool = folder.bind("t:go", timeout_ms=20)
    assert await failure(tool) == "go did not answer within 0.02 s"
    await module_of(tool)["ended"].wait()


async def test_a_tool_that_swallows_its_cancellation_is_not_waited_for(folder: Folder) -> None:
    folder.write(
        "t.py",
        """
        import asyncio
        let_go = asyncio.Event()
        async def go():
            "Go."
            while not let_go.is_set():
                try:
                    await let_go.wait()
                except asyncio.CancelledError:
                    pass
        """,
    )
    tool = folder.bind("t:go", timeout_ms=20)
    assert await failure(tool) == "go did not answer within 0.02 s"
    module_of(tool)["let_go"].set()
    await asyncio.wait(tuple(folder.executor._left._tasks))


async def test_barge_in_cancels_an_async_tool(folder: Folder) -> None:
    folder.write(
        "t.py",
        """
        import asyncio
        began, ended = asyncio.Event(), asyncio.Event()
        async def go():
            "Go."
            began.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
        """,
    )
    tool = folder.bind("t:go")
    call = asyncio.get_running_loop().create_task(tool.call({}))
    await module_of(tool)["began"].wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await module_of(tool)["ended"].wait()


async def test_what_finishes_is_not_cut_when_nobody_waits_any_more(folder: Folder) -> None:
    folder.write(
        "t.py",
        """
        import asyncio
        began, gate, ended = asyncio.Event(), asyncio.Event(), []
        async def go():
            "Go."
            began.set()
            try:
                await gate.wait()
            except asyncio.CancelledError:
                ended.append("cut")
                raise
            ended.append("whole")
        """,
    )
    tool = folder.bind("t:go", timeout_ms=5000)
    module = module_of(tool)
    call = asyncio.get_running_loop().create_task(tool.call({}, Call(Caller(), finishes=True)))
    await module["began"].wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert module["ended"] == []
    module["gate"].set()
    while not module["ended"]:
        await asyncio.to_thread(int)
    assert module["ended"] == ["whole"]


async def test_what_finishes_has_no_more_than_its_time(folder: Folder) -> None:
    folder.write(
        "t.py",
        """
        import asyncio
        began, cut = asyncio.Event(), asyncio.Event()
        async def go():
            "Go."
            began.set()
            try:
                await asyncio.Event().wait()
            finally:
                cut.set()
        """,
    )
    tool = folder.bind("t:go", timeout_ms=200)
    module = module_of(tool)
    call = asyncio.get_running_loop().create_task(tool.call({}, Call(Caller(), finishes=True)))
    await module["began"].wait()
    call.cancel()
    async with asyncio.timeout(5):
        await module["cut"].wait()


async def test_barge_in_leaves_a_sync_tool_to_finish_alone(folder: Folder) -> None:
    folder.write(
        "t.py",
        """
        import threading
        began, gate, ended = threading.Event(), threading.Event(), threading.Event()
        def go():
            "Go."
            began.set()
            gate.wait(20)
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
    assert not module["ended"].is_set()
    module["gate"].set()
    assert await asyncio.to_thread(module["ended"].wait, 20)
