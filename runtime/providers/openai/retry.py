"""Trying again, while nobody has heard anything yet."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from runtime.backoff import number, pause, retry_after
from runtime.errors import ProviderError

T = TypeVar("T")


async def retrying(
    attempt: Callable[[], Awaitable[T]],
    *,
    max_retries: int,
    deadline: float,
    chance: Callable[[], float] = random.random,
) -> T:
    """What `attempt` returns, tried up to `max_retries` times more after errors that are retryable.

    The pause doubles, or is what the server asked for; where it would end after `deadline` (the loop's clock)
    the error is raised at once: a person is waiting, and a fallback may be.
    """
    retries = 0
    while True:
        try:
            return await attempt()
        except ProviderError as error:
            seconds = pause(retries + 1, error.retry_after, chance=chance)
            loop = asyncio.get_running_loop()
            if not error.retryable or retries >= max_retries or loop.time() + seconds >= deadline:
                raise
        retries += 1
        await asyncio.sleep(seconds)  # noqa: TID251 - passing time is what this waits for


def requested_pause(milliseconds: str, seconds: str) -> float | None:
    """Seconds out of the headers `retry-after-ms` and `retry-after` (RFC 9110 §10.2.3), if one tells."""
    milliseconds_asked = number(milliseconds)
    return retry_after(seconds) if milliseconds_asked is None else milliseconds_asked / 1000
