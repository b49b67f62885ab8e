from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from runtime.errors import ProviderError
from runtime.providers.openai.retry import requested_pause, retrying


class Attempts:
    """Fails with each error in turn, then returns."""

    def __init__(self, *errors: ProviderError) -> None:
        self.errors = list(errors)
        self.times: list[float] = []

    async def __call__(self) -> str:
        self.times.append(asyncio.get_running_loop().time())
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def fault(retry_after: float | None = 0.0, *, retryable: bool = True) -> ProviderError:
    return ProviderError("model_error", "No.", retryable=retryable, retry_after=retry_after)


def later(seconds: float) -> float:
    return asyncio.get_running_loop().time() + seconds


async def test_an_error_that_may_pass_is_tried_again() -> None:
    attempts = Attempts(fault(), fault())
    assert await retrying(attempts, max_retries=2, deadline=later(5)) == "done"
    assert len(attempts.times) == 3


async def test_there_is_an_end_to_it() -> None:
    attempts = Attempts(fault(), fault(), fault())
    with pytest.raises(ProviderError):
        await retrying(attempts, max_retries=2, deadline=later(5))
    assert len(attempts.times) == 3


async def test_an_error_that_stays_is_raised_at_once() -> None:
    attempts = Attempts(fault(retryable=False))
    with pytest.raises(ProviderError):
        await retrying(attempts, max_retries=2, deadline=later(5))
    assert len(attempts.times) == 1


async def test_the_pause_that_the_server_asks_for_is_kept() -> None:
    attempts = Attempts(fault(0.04))
    await retrying(attempts, max_retries=1, deadline=later(5))
    assert attempts.times[1] - attempts.times[0] >= 0.04


async def test_a_pause_beyond_the_deadline_is_not_begun() -> None:
    attempts = Attempts(fault(30.0))
    started = later(0)
    with pytest.raises(ProviderError) as raised:
        await retrying(attempts, max_retries=5, deadline=later(5))
    assert raised.value.retry_after == 30.0
    assert later(0) - started < 1


async def test_pauses_of_our_own_double() -> None:
    attempts = Attempts(fault(None), fault(None))
    with pytest.raises(ProviderError):  # 0.19 s at least, then 0.38 s: beyond the deadline
        await retrying(attempts, max_retries=5, deadline=later(0.45), chance=lambda: 0.0)
    assert len(attempts.times) == 2
    assert attempts.times[1] - attempts.times[0] >= 0.18


@pytest.mark.parametrize(
    ("milliseconds", "seconds", "pause"),
    [
        ("1500", "9", 1.5),
        ("", "2", 2.0),
        ("", "0.5", 0.5),
        ("soon", "2", 2.0),
        ("", "", None),
        ("", "-1", None),
        ("", "inf", None),
        ("nan", "", None),
        ("", "soon", None),
        ("", "Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_the_pause_is_read_from_either_header(milliseconds: str, seconds: str, pause: float | None) -> None:
    assert requested_pause(milliseconds, seconds) == pause


def test_the_pause_may_be_a_date() -> None:
    date = datetime.now(UTC) + timedelta(seconds=60)
    pause = requested_pause("", format_datetime(date, usegmt=True))
    assert pause is not None
    assert 55 < pause <= 60
    naive = requested_pause("", format_datetime(date).replace("+0000", "-0000"))
    assert naive is not None
    assert 55 < naive <= 60
