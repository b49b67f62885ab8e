"""A module of tools that do what no tool should.

Not among them is `os._exit`, which ends the process before anybody can object.
"""

TOOLS = '''\
import asyncio
import sys
import threading
import time
from typing import Annotated

from pydantic import AfterValidator

from runtime.errors import ToolError
from runtime.tools.context import ToolContext

gate = threading.Event()
hanging = threading.Event()
calls = []
made = []


def raises() -> str:
    """Raise."""
    raise RuntimeError("the password is hunter2")


def exits() -> str:
    """Exit."""
    sys.exit(3)


async def exits_async() -> str:
    """Exit."""
    sys.exit(3)


async def interrupts() -> str:
    """Pretend to be Ctrl-C."""
    raise KeyboardInterrupt


async def exits_in_a_task() -> str:
    """Exit where nobody waits for it at once."""

    async def later() -> str:
        await asyncio.sleep(0)
        sys.exit(3)

    return (await asyncio.gather(later()))[0]


async def ends_like_a_generator() -> str:
    """Raise what ends coroutines."""
    raise GeneratorExit


def says_nothing() -> str:
    """Fail without a word."""
    raise ToolError


def hangs() -> str:
    """Hang."""
    hanging.set()
    gate.wait()
    return "late"


async def hangs_async() -> str:
    """Hang."""
    await asyncio.Event().wait()
    return "never"


async def swallows() -> str:
    """Hang, and will not be cancelled."""
    while not gate.is_set():
        try:
            await asyncio.sleep(0.02)
        except asyncio.CancelledError:
            pass
    return "late"


async def blocks() -> str:
    """Block everybody."""
    time.sleep(1.2)
    return "done"


def huge_text() -> str:
    """Return 50 MB."""
    return "x" * 50_000_000


async def huge_text_async() -> str:
    """Return 50 MB."""
    return "x" * 50_000_000


def huge_list() -> list[int]:
    """Return a list of millions."""
    return list(range(2_000_000))


def cycle() -> list[object]:
    """Return what holds itself."""
    found: list[object] = []
    found.append(found)
    return found


def nan() -> dict[str, float]:
    """Return what JSON has not."""
    return {"x": float("nan"), "y": float("inf")}


def raw() -> bytes:
    """Return bytes."""
    return b"\\x00\\xff"


async def counts() -> int:
    """Count the calls."""
    calls.append(1)
    await asyncio.sleep(0.05)
    return len(calls)


class Liar(list):
    """Claims to be a list."""

    def __len__(self):
        raise RuntimeError("hunter2")

    def __iter__(self):
        while True:
            yield "hunter"

    def __repr__(self):
        raise RuntimeError("hunter2")


class Shy:
    """Wants to be nothing in particular."""

    @property
    def __class__(self):
        raise RuntimeError("hunter2")

    def __repr__(self):
        raise RuntimeError("hunter2")


class Unspeakable(Exception):
    """Has no text."""

    def __str__(self):
        raise RuntimeError("hunter2")

    __repr__ = __str__


class UnspeakableToolError(ToolError, Unspeakable):
    """Has no text, and asks for it to be told."""

    __str__ = __repr__ = Unspeakable.__str__


def lies() -> list[str]:
    """Return a list that is none."""
    return Liar()


async def lies_async() -> list[str]:
    """Return a list that is none."""
    return Liar()


def shy() -> object:
    """Return what will not tell its class."""
    return Shy()


def unspeakable() -> str:
    """Raise what cannot be told."""
    raise Unspeakable


async def unspeakable_async() -> str:
    """Raise what cannot be told."""
    raise Unspeakable


def unspeakable_tool_error() -> str:
    """Raise what should be told and cannot."""
    raise UnspeakableToolError


def generator() -> object:
    """Return values that are yet to be made."""
    return (number for number in iter(int, 1))


def coroutine() -> object:
    """Return what is yet to be awaited."""
    return hangs_async()


async def coroutine_async() -> object:
    """Return what is yet to be awaited."""
    made.append(counts())
    return made[-1]


def starts_a_thread() -> str:
    """Start a thread that never ends."""
    threading.Thread(target=gate.wait).start()
    return "started"


def floods(ctx: ToolContext) -> str:
    """Say how far it is, far too often."""
    for number in range(100_000):
        ctx.progress(f"{number} done.")
    return "flooded"


def slowly(text: str) -> str:
    """Block whoever calls this."""
    time.sleep(0.5)
    return text


def checked(text: Annotated[str, AfterValidator(slowly)]) -> str:
    """Have arguments that take long to check."""
    return text


def unspeakably(text: str) -> str:
    """Refuse what it is given, without a word."""
    raise UnspeakableToolError


def checked_unspeakably(text: Annotated[str, AfterValidator(unspeakably)]) -> str:
    """Have arguments that are refused without a word."""
    return text
'''
