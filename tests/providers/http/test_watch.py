from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any, cast

from runtime.providers.http.watch import Watch


class Handle:
    def __init__(self, when: float, callback: Callable[[], None]) -> None:
        self.when = when
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """As much of an event loop as a watch needs, with a time that only `advance` moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.handles: list[Handle] = []

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], None]) -> Any:
        self.handles.append(Handle(when, callback))
        return self.handles[-1]

    def advance(self, to: float) -> None:
        while True:
            due = [handle for handle in self.handles if handle.when <= to and not handle.cancelled]
            if not due:
                break
            first = min(due, key=lambda handle: handle.when)
            self.handles.remove(first)
            self.now = first.when
            first.callback()
        self.now = to


def start(deadline: float = 110.0) -> tuple[Clock, Watch, list[float]]:
    clock = Clock()
    expired: list[float] = []
    watch = Watch(cast("asyncio.AbstractEventLoop", clock), deadline, lambda: expired.append(clock.now))
    return clock, watch, expired


def test_the_deadline_expires_a_watch_even_while_nobody_waits() -> None:
    clock, _, expired = start()
    clock.advance(200)
    assert expired == [110.0]


def test_a_later_deadline_replaces_the_first_without_a_new_timer() -> None:
    clock, watch, expired = start()
    watch.limit(150.0, math.inf)
    assert len(clock.handles) == 1
    clock.advance(149)
    assert expired == []
    clock.advance(151)
    assert expired == [150.0]


def test_an_earlier_bound_moves_the_timer_at_once() -> None:
    clock, watch, expired = start()
    watch.limit(103.0, math.inf)
    clock.advance(200)
    assert expired == [103.0]


def test_a_reader_waits_no_longer_than_the_idle_time() -> None:
    clock, watch, expired = start(1000.0)
    watch.limit(1000.0, 5.0)
    clock.advance(103)
    watch.begin_wait()
    clock.advance(200)
    assert expired == [108.0]


def test_bytes_in_time_keep_it_quiet_and_cost_no_timer_of_their_own() -> None:
    clock, watch, expired = start(1000.0)
    watch.limit(1000.0, 5.0)
    made = 0
    for _ in range(100):
        watch.begin_wait()
        clock.advance(clock.now + 1)
        watch.end_wait()
        made = max(made, len(clock.handles))
    assert expired == []
    assert made <= 2  # the cancelled first one, and the one that is set again


def test_a_slow_reader_is_not_the_servers_fault() -> None:
    clock, watch, expired = start(1000.0)
    watch.limit(1000.0, 5.0)
    clock.advance(900)
    assert expired == []


def test_a_stopped_watch_stays_silent() -> None:
    clock, watch, expired = start()
    watch.stop()
    clock.advance(1000)
    assert expired == []
