"""A person at a terminal: lines that can be edited and called back, and the first key of one while somebody speaks.

Between lines the keys are neither echoed nor gathered, so that what is printed stays clean and the first key of the
next line is noticed at once; it waits in the terminal until the line is read.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from queue import SimpleQueue
from types import ModuleType
from typing import Any

from typing_extensions import override

from runtime.cli.terminal import Terminal
from runtime.cli.typed import Lines, TypedLines

_PROMPT = "you › "
_LOCAL_MODES, _CONTROL_CHARACTERS = 3, 6  # their places in what `termios.tcgetattr` gives


class Keyboard:
    """Lines read by `input` with the editing and history of `readline`, in a thread that ends with the process."""

    def __init__(self, prompt: str, termios: ModuleType) -> None:
        self._prompt = prompt
        self._termios: Any = termios
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._wanted: SimpleQueue[None] = SimpleQueue()
        self._descriptor = sys.stdin.fileno()
        self._before: list[Any] = self._termios.tcgetattr(self._descriptor)
        self._listen(echo=False)
        threading.Thread(target=self._read, name="keyboard", daemon=True).start()

    async def next(self) -> str | None:
        """Show the prompt and read a line; None when there are no more."""
        self._wanted.put(None)
        return await self._lines.get()

    async def begun(self) -> None:
        """Wait for the first key of a line."""
        pressed = asyncio.Event()
        self._loop.add_reader(self._descriptor, pressed.set)
        try:
            await pressed.wait()
        finally:
            self._loop.remove_reader(self._descriptor)

    def end(self) -> None:
        """Let there be no more lines."""
        self._lines.put_nowait(None)

    def close(self) -> None:
        """Leave the terminal as it was, also where a line is still being read."""
        self._set(self._before)

    def _listen(self, *, echo: bool) -> None:
        """Let each key be known at once."""
        modes = self._before[:]
        modes[_LOCAL_MODES] &= ~(self._termios.ICANON | self._termios.ECHO)
        # Else Ctrl-C throws away what was printed and not yet drawn (POSIX.1-2017, section 11.1.9).
        modes[_LOCAL_MODES] |= self._termios.NOFLSH
        if echo:  # readline shows what is typed only where the terminal would
            modes[_LOCAL_MODES] |= self._termios.ECHO
        modes[_CONTROL_CHARACTERS] = self._before[_CONTROL_CHARACTERS][:]
        modes[_CONTROL_CHARACTERS][self._termios.VMIN] = 1
        modes[_CONTROL_CHARACTERS][self._termios.VTIME] = 0
        self._set(modes)

    def _set(self, modes: list[Any]) -> None:
        with suppress(self._termios.error):  # the terminal is gone
            self._termios.tcsetattr(self._descriptor, self._termios.TCSANOW, modes)

    def _read(self) -> None:
        line: str | None = ""
        while line is not None:
            self._wanted.get()
            self._listen(echo=True)
            try:
                line = input(self._prompt).strip()
            except UnicodeError:  # bytes that are no text in the terminal's encoding
                line = ""
            except (EOFError, OSError, ValueError):  # the end, or standard input is closed
                line = None
            self._listen(echo=False)
            try:
                self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
            except RuntimeError:  # the loop is closed: nobody reads any more
                return


class PlainKeyboard(TypedLines):
    """A terminal without `readline`: whole lines, with the terminal's own editing."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__()
        self._terminal = terminal

    @override
    async def next(self) -> str | None:
        """Show the prompt and read a line; None when there are no more."""
        self._terminal.stream(self._terminal.paint(_PROMPT, "green"))
        return await super().next()


def open_keyboard(terminal: Terminal) -> Lines:
    """The best that this machine has for a person who types."""
    try:
        readline, termios = import_module("readline"), import_module("termios")
    except ImportError:
        return PlainKeyboard(terminal)
    return Keyboard(_prepared(readline, terminal.paint), termios)


def _prepared(readline: Any, paint: Callable[[str, str], str]) -> str:
    """The prompt, in colour where the library can be told which of its characters take no room."""
    if "libedit" in (readline.__doc__ or ""):
        return _PROMPT
    # A paste in brackets would leave the terminal in that mode if the program ended in the middle of a line.
    readline.parse_and_bind("set enable-bracketed-paste off")
    before, text, after = paint(f"\0{_PROMPT}\0", "green").split("\0")
    return f"\x01{before}\x02{text}\x01{after}\x02" if before else text
