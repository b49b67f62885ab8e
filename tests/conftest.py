"""Fixtures that every room may use."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.support.house import House, open_house
from tests.support.upstream import Upstream


@pytest.fixture
async def upstream() -> AsyncIterator[Upstream]:
    """An OpenAI-compatible server that does what the test tells it."""
    async with Upstream() as server:
        yield server


OpenHouse = Callable[[Mapping[str, str]], Awaitable[House]]


@pytest.fixture
async def house(tmp_path: Path, upstream: Upstream) -> AsyncIterator[OpenHouse]:
    """Serve specs, given as a mapping of name to text, with the upstream as their provider."""
    async with AsyncExitStack() as stack:

        async def serve(specs: Mapping[str, str]) -> House:
            return await stack.enter_async_context(open_house(tmp_path / "agents.d", specs, upstream.env))

        yield serve
