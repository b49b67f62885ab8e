"""How long to wait before a request is sent again."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def pause(
    attempt: int,
    asked: float | None,
    *,
    first: float = 0.25,
    longest: float = 4.0,
    chance: Callable[[], float] = random.random,
) -> float:
    """Seconds before the next attempt: doubling from `first` to `longest`, or what the server `asked` for.

    `attempt` counts from 1. Spread out, so that requests refused together do not come back together.
    """
    if asked is not None:
        return asked * (1 + 0.1 * chance())
    return min(first * 2.0 ** (attempt - 1), longest) * (0.75 + 0.5 * chance())


def retry_after(header: str) -> float | None:
    """Seconds that a `Retry-After` header asks for, as a number or a date (RFC 9110 section 10.2.3), if it does."""
    seconds = number(header)
    if seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(header)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())


def number(text: str) -> float | None:
    """A number of seconds or milliseconds that can be waited, if the text is one."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None
