from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from typing import IO

import pytest

pytest.importorskip("pocketsphinx")

from runtime.errors import ProviderError
from runtime.providers.local import recognizer_worker
from runtime.providers.local.frames import read_message, write_message
from runtime.providers.local.recognizer_worker import RecognizerWorker

SILENCE = (json.dumps({"format": "pcm", "sample_rate": 16_000}).encode(), b"", bytes(32_000))
UNKNOWN = (json.dumps({"format": "midi", "sample_rate": None}).encode(), b"", b"")


@pytest.fixture
async def worker() -> AsyncIterator[RecognizerWorker]:
    made = RecognizerWorker()
    yield made
    await made.close()


class Intercepted:
    """Stops the worker's thread where it waits for an answer, until the test lets it go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting = asyncio.Event()
        monkeypatch.setattr(recognizer_worker, "read_message", self._read)

    async def waiting(self) -> None:
        await self._waiting.wait()
        self._waiting.clear()

    def _read(self, pipe: IO[bytes]) -> list[bytes]:
        self._loop.call_soon_threadsafe(self._waiting.set)
        return read_message(pipe)


def killing(monkeypatch: pytest.MonkeyPatch, worker: RecognizerWorker, times: int) -> list[int]:
    """Let the process die on so many of the next requests; gives the ids of those that served one."""
    served: list[int] = []

    def write(pipe: IO[bytes], *parts: bytes) -> None:
        assert worker.pid
        served.append(worker.pid)
        if len(served) <= times:
            os.kill(worker.pid, signal.SIGKILL)
        write_message(pipe, *parts)

    monkeypatch.setattr(recognizer_worker, "write_message", write)
    return served


async def ask(worker: RecognizerWorker, parts: tuple[bytes, ...] = SILENCE, seconds: float = 20) -> dict[str, str]:
    (answer,) = await worker.ask(*parts, seconds=seconds)
    found: dict[str, str] = json.loads(answer)
    return found


async def test_it_starts_with_the_first_request_and_serves_the_next_with_the_same_process(
    worker: RecognizerWorker,
) -> None:
    assert worker.pid is None
    assert await ask(worker) == {"text": ""}
    first = worker.pid
    assert (await ask(worker, UNKNOWN))["code"] == "unsupported_format"
    assert worker.pid == first


async def test_requests_at_once_each_get_their_own_answer(worker: RecognizerWorker) -> None:
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(ask(worker, (SILENCE, UNKNOWN)[number % 2])) for number in range(20)]

    assert [len(request.result()) for request in asked] == [1, 2] * 10


async def test_a_process_that_was_killed_is_replaced(worker: RecognizerWorker) -> None:
    await ask(worker)
    first = worker.pid
    assert first
    os.kill(first, signal.SIGKILL)

    assert await ask(worker) == {"text": ""}
    assert worker.pid != first


async def test_a_process_that_dies_at_work_is_replaced_once(
    worker: RecognizerWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = killing(monkeypatch, worker, times=1)

    assert await ask(worker) == {"text": ""}
    assert len(set(served)) == 2


async def test_a_request_that_kills_every_process_fails_alone(
    worker: RecognizerWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = killing(monkeypatch, worker, times=2)
    with pytest.raises(ProviderError, match="stopped while it worked") as caught:
        await ask(worker)

    assert caught.value.code == "no_transcription"
    assert await ask(worker) == {"text": ""}
    assert len(set(served)) == 3


async def test_a_cancelled_request_stops_the_process_and_leaves_the_next_its_own_answer(
    worker: RecognizerWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    intercepted = Intercepted(monkeypatch)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(ask(worker))
        await intercepted.waiting()
        served = worker.pid
        second = tasks.create_task(ask(worker, UNKNOWN))
        first.cancel()

    assert first.cancelled()
    assert second.result()["code"] == "unsupported_format"
    assert worker.pid != served


async def test_a_request_that_is_cancelled_in_the_queue_disturbs_nobody(
    worker: RecognizerWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    intercepted = Intercepted(monkeypatch)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(ask(worker))
        queued = tasks.create_task(ask(worker, UNKNOWN))
        await intercepted.waiting()
        served = worker.pid
        queued.cancel()

    assert first.result() == {"text": ""}
    assert queued.cancelled()
    assert worker.pid == served


async def test_a_request_that_is_abandoned_while_the_process_starts_is_not_served(
    worker: RecognizerWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = recognizer_worker._start
    loop, starting, request = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def slow_start() -> subprocess.Popen[bytes]:
        loop.call_soon_threadsafe(starting.set)
        asyncio.run_coroutine_threadsafe(request.wait(), loop).result(5)
        return start()

    monkeypatch.setattr(recognizer_worker, "_start", slow_start)
    with pytest.raises(ProviderError, match=r"no answer within 0\.05 seconds") as caught:
        await ask(worker, seconds=0.05)
    assert starting.is_set()
    request.set()
    monkeypatch.setattr(recognizer_worker, "_start", start)

    assert caught.value.code == "no_transcription"
    assert caught.value.retryable
    assert await ask(worker, UNKNOWN) == await ask(worker, UNKNOWN)


async def test_after_its_end_it_starts_anew(worker: RecognizerWorker) -> None:
    await ask(worker)
    await worker.close()
    assert worker.pid is None
    await worker.close()

    assert await ask(worker) == {"text": ""}


async def test_its_end_fails_the_request_that_is_being_served(
    worker: RecognizerWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    intercepted = Intercepted(monkeypatch)

    async def failing() -> None:
        with pytest.raises(ProviderError, match="stopped while it worked"):
            await ask(worker)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(failing())
        await intercepted.waiting()
        await worker.close()

    assert worker.pid is None


def test_it_serves_one_event_loop_after_another() -> None:
    worker = RecognizerWorker()

    assert [asyncio.run(ask(worker)) for _ in range(3)] == [{"text": ""}] * 3
    worker.kill()
