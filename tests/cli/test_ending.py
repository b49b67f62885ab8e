"""Ending a command: what is waited for, and what is told."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from runtime.cli.ending import ended


@pytest.mark.parametrize("name", ["callboard-recognizer", "catalog", "openai-import", "scan"])
def test_an_idle_thread_of_the_runtime_is_not_worth_a_word(name: str, caplog: pytest.LogCaptureFixture) -> None:
    left = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def work() -> int:
        await asyncio.get_running_loop().run_in_executor(left, int)
        return 3

    assert asyncio.run(ended(work())) == 3
    assert not caplog.records
    left.shutdown()
