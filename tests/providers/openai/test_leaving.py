"""A reader that is cancelled after the headers have come and before anything else has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any, cast

import pytest

from runtime.chat import UserMessage
from runtime.providers.http.pool import HttpPool
from runtime.providers.openai.model import OpenAIModel
from runtime.providers.openai.voice import OpenAIVoice
from runtime.providers.ports import ModelRequest
from runtime.settings import ModelSettings, VoiceSettings


class Unfinished:
    """A response with headers and, so far, no body; also the pool that gives it."""

    status = 200

    def __init__(self) -> None:
        self.reading = asyncio.Event()
        self.closed = False

    async def request(self, url: str, **_: Any) -> Unfinished:
        return self

    def header(self, name: bytes) -> str:
        return ""

    def limit(self, deadline: float, idle: float) -> None:
        pass

    async def take(self) -> bytes:
        self.reading.set()
        await asyncio.Event().wait()
        return b""

    def close(self) -> None:
        self.closed = True


def speak(pool: HttpPool) -> AsyncGenerator[Any, None]:
    return OpenAIVoice(VoiceSettings(), pool, base_url="http://h/v1", api_key="k").stream("Hello.")


def answer(pool: HttpPool) -> AsyncGenerator[Any, None]:
    model = OpenAIModel(ModelSettings("m"), pool, base_url="http://h/v1", api_key="k")
    return model.stream(ModelRequest("", [UserMessage("Hi")]))


@pytest.mark.parametrize("start", [speak, answer])
async def test_the_request_is_closed(start: Callable[[HttpPool], AsyncGenerator[Any, None]]) -> None:
    response = Unfinished()

    async def read() -> None:
        async for _ in start(cast("HttpPool", response)):
            pass

    async with asyncio.TaskGroup() as group:
        task = group.create_task(read())
        await response.reading.wait()
        assert not response.closed
        task.cancel()
    assert response.closed
