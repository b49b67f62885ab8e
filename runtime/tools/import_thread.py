"""The thread that a tool's module is imported in, so that one that never ends holds nobody up.

A daemon, as are the threads that the module starts: none of them keeps the process from ending. A thread cannot
be stopped; one that is late is left behind, and what it imports next is refused once its folder's state is closed.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from traceback import walk_stack
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class TooSlow(Exception):  # noqa: N818 - what has happened, in the words of the message
    """An import that takes too long. `lines` are the (file, line) pairs where its thread is, the innermost last."""

    def __init__(self, seconds: float, thread: threading.Thread) -> None:
        super().__init__(f"importing it takes longer than {seconds:g} s")
        self.thread = thread
        self.lines = _lines(thread)


class Failed(Exception):  # noqa: N818 - likewise
    """An import that raised `error`: wrapped, as a module's KeyboardInterrupt is not the operator's."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(type(error).__name__)
        self.error = error


class _Work(Generic[_Value]):
    def __init__(self, function: Callable[[], _Value]) -> None:
        self._function = function
        self.values: list[_Value] = []
        self.errors: list[BaseException] = []

    def perform(self) -> None:
        try:
            self.values.append(self._function())
        except BaseException as error:  # noqa: BLE001 - whatever a module raises is its caller's to judge
            self.errors.append(error)


def run(function: Callable[[], _Value], seconds: float) -> _Value:
    """Return what the function returns, or raise Failed or TooSlow. Blocks, for `seconds` at most."""
    work = _Work(function)
    thread = threading.Thread(target=work.perform, name="callboard-import", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TooSlow(seconds, thread)
    if work.errors:
        raise Failed(work.errors.pop())
    return work.values.pop()


def _lines(thread: threading.Thread) -> list[tuple[str, int]]:
    frames = sys._current_frames()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - there is no other way
    frame = frames.get(thread.ident or 0)
    inward = [(each.f_code.co_filename, line) for each, line in walk_stack(frame)] if frame is not None else []
    return inward[::-1]
