"""Naming the tool that holds up the event loop, and the line it does it at.

An async function that never yields stops every session of the process, and so does a validator. Nothing can end
it; what can be done is to say, while it still happens, who it is. From the first call of a tool on, a thread of its
own asks the loop ten times a second whether it still turns, which costs about a thousandth of a core.

So a task or a callback that a tool has left on the loop is named as well, if its code is of an agents' folder. What
a tool of an installed package leaves there is not: its frames do not tell who started them.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from traceback import walk_stack
from types import FrameType
from typing import NamedTuple
from weakref import WeakKeyDictionary, ref

from runtime.tools.namespaces import ROOT

BLOCKED_SECONDS = 0.25
"""A loop that has not turned for so long is called blocked: a quarter of a second of silence is heard."""

_PAUSE_SECONDS = 0.1
_EDGE = "runtime.tools.python"  # where the code of tools is called: what is deeper in the stack is theirs
_RUNTIME = "runtime"

_log = logging.getLogger("runtime.tools")


class _Guest(NamedTuple):
    """Whose code runs on the loop, for the log, and the installed package that it is part of, if it is of one."""

    name: str
    package: str


class LoopWatch:
    """Watches one loop, from the first tool on until it is closed. `times_blocked` counts how often one held it up."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.times_blocked = 0
        self._loop = ref(loop)  # the loop is the key that this is kept under
        self._loop_thread = threading.get_ident()
        self._guests: dict[int, _Guest] = {}  # by the identity of their task, as a task holds the loop
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, guest: _Guest) -> Generator[None]:
        """Inside, a guest's code runs in the current task."""
        if self._thread is None:  # the loop's own thread alone comes here, so there is never a second one
            thread = threading.Thread(target=self._watch, name="callboard-loop-watch", daemon=True)
            thread.start()
            self._thread = thread
        task = id(asyncio.current_task())
        around = self._guests.get(task)
        self._guests[task] = guest
        try:
            yield
        finally:
            if around is None:
                del self._guests[task]
            else:
                self._guests[task] = around

    def _watch(self) -> None:
        while self._ask():
            time.sleep(_PAUSE_SECONDS)

    def _ask(self) -> bool:
        """Wait for the loop to answer, and tell who keeps it from doing so; False when there is no loop any more."""
        answered, told = threading.Event(), False
        try:
            self._open_loop().call_soon_threadsafe(answered.set)
            while not answered.wait(BLOCKED_SECONDS):
                told = told or self._tell(self._open_loop())
        except RuntimeError:  # closed
            return False
        return True

    def _open_loop(self) -> asyncio.AbstractEventLoop:
        loop = self._loop()
        if loop is None or loop.is_closed():
            raise RuntimeError("the loop is closed")
        return loop

    def _tell(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Log whose code is on the loop, and count it; False where it is nobody's."""
        guest = self._guests.get(id(asyncio.current_task(loop)))
        frame = sys._current_frames().get(self._loop_thread)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - there is no other way
        place = _place(frame, guest)
        if place is None:  # held up by something else
            return False
        self.times_blocked += 1
        _log.error(
            "%s blocks the event loop at %s: nobody hears anything until it yields. Validators and what is written "
            "with `async def` run on the loop: await what takes long, or do it in a tool written with `def`, which "
            "runs in a thread",
            guest.name if guest is not None else "what a tool has left behind",
            place,
        )
        return True


def _place(frame: FrameType | None, guest: _Guest | None) -> str | None:
    """Return the innermost line of a tool's own code, as `file:line (function)`; None where no tool is at work.

    Where a guest is known to be and has no code of its own on the stack, it is the innermost line of what it calls.
    """
    stack = list(walk_stack(frame))
    modules = [_module(each) for each, _ in stack]
    called = range(modules.index(_EDGE)) if guest is not None and _EDGE in modules else range(0)
    own = [number for number, module in enumerate(modules) if _is_in(module, ROOT)]
    if guest is not None and guest.package:
        own += [number for number in called if _is_in(modules[number], guest.package)]
    others = [number for number in called if not is_ours(modules[number])]
    for numbers in (own, others, called):
        if numbers:
            innermost, line = stack[min(numbers)]
            return f"{innermost.f_code.co_filename}:{line} ({innermost.f_code.co_name})"
    return None


def _module(frame: FrameType) -> str:
    name = frame.f_globals.get("__name__")
    return name if isinstance(name, str) else ""  # a module may call itself anything


def _is_in(module: str, package: str) -> bool:
    return f"{module}.".startswith(f"{package}.")


def is_ours(module: str) -> bool:
    """Whether a module is the runtime's or Python's, rather than a tool's."""
    top = module.partition(".")[0]
    return top == _RUNTIME or top in sys.stdlib_module_names


_watches: WeakKeyDictionary[asyncio.AbstractEventLoop, LoopWatch] = WeakKeyDictionary()


def watch_of(loop: asyncio.AbstractEventLoop) -> LoopWatch:
    """The watch over a loop, from inside that loop."""
    found = _watches.get(loop)
    if found is None:
        found = _watches[loop] = LoopWatch(loop)
    return found


def times_blocked() -> int:
    """How often the running loop was found held up by a tool."""
    return watch_of(asyncio.get_running_loop()).times_blocked


def on_loop(name: str, package: str = "") -> AbstractContextManager[None]:
    """Inside, a tool's code runs on the event loop, if one runs. `name` is for the log.

    `package` is the installed package that the code is part of, empty for code of an agents' folder.
    """
    try:
        watch = watch_of(asyncio.get_running_loop())
    except RuntimeError:  # a command that asks without a loop keeps nobody waiting
        return nullcontext()
    return watch.over(_Guest(name, package))
