"""Trying again, while nobody has heard anything yet."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from runtime.errors import ProviderError

T = TypeVar("T")

_FIRST_PAUSE_SECONDS = 0.25
_LONGEST_PAUSE_SECONDS = 4.0


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
            pause = _pause(error, retries, chance())
            loop = asyncio.get_running_loop()
            if not error.retryable or retries >= max_retries or loop.time() + pause >= deadline:
                raise
        retries += 1
        await asyncio.sleep(pause)  # noqa: TID251 - passing time is what this waits for


def _pause(error: ProviderError, retries: int, chance: float) -> float:
    """Seconds; spread out, so that sessions refused together do not come back together."""
    if error.retry_after is not None:
        return error.retry_after * (1 + 0.1 * chance)
    return min(_FIRST_PAUSE_SECONDS * 2.0**retries, _LONGEST_PAUSE_SECONDS) * (0.75 + 0.5 * chance)


def requested_pause(milliseconds: str, retry_after: str) -> float | None:
    """Seconds out of the headers `retry-after-ms` and `retry-after` (RFC 9110 §10.2.3), if one tells."""
    seconds = _number(milliseconds)
    if seconds is not None:
        return seconds / 1000
    seconds = _number(retry_after)
    if seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None
