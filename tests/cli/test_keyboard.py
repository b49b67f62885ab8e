"""A person at a terminal: a pseudo-terminal, keys, and what the screen shows."""

from __future__ import annotations

import asyncio
import codecs
import io
import os
import select
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

import runtime.cli.keyboard
from runtime.cli.keyboard import Keyboard, open_keyboard
from runtime.cli.terminal import Terminal
from tests.cli.conftest import Install
from tests.cli.test_main import callboard, environment

if sys.platform == "win32":
    pytest.skip("needs pseudo-terminals", allow_module_level=True)

import pty
import termios

CTRL_C, CTRL_D, UP = b"\x03", b"\x04", b"\x1b[A"
PROMPT = "you › "
# Makes standard input the session's terminal, so that Ctrl-C typed there is a signal; then becomes the command.
TAKE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)


class Person:
    """Types and reads."""

    def __init__(self, terminal: int, process: subprocess.Popen[bytes]) -> None:
        self._terminal = terminal
        self.process = process
        self.screen = ""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def sees(self, text: str) -> str:
        """Wait for a text, and give all that came up to it."""
        deadline = time.monotonic() + 20
        while text not in self.screen:
            ready, _, _ = select.select([self._terminal], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"no {text!r} in {self.screen!r}"
            self.screen += self._decode(os.read(self._terminal, 4096))
        before, _, self.screen = self.screen.partition(text)
        return before

    def rest(self) -> str:
        """What came after what was seen last, once the process has ended."""
        while select.select([self._terminal], [], [], 0)[0]:
            try:
                self.screen += self._decode(os.read(self._terminal, 4096))
            except OSError:  # nobody has the other end any more
                break
        return self.screen

    def modes(self) -> list[object]:
        """How the terminal treats keys."""
        return termios.tcgetattr(self._terminal)

    def types(self, keys: bytes) -> None:
        os.write(self._terminal, keys)


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Generator[int]:
    """The hand's end of a terminal that is this process's standard input."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, encoding="utf-8", errors="strict") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        try:
            yield ours
        finally:
            with suppress(OSError):
                os.close(ours)


async def test_the_first_key_is_noticed_and_not_lost(hand: int, capsys: pytest.CaptureFixture[str]) -> None:
    before = termios.tcgetattr(hand)
    keyboard = Keyboard(PROMPT, termios)
    async with asyncio.timeout(10):
        os.write(hand, b"h")
        await keyboard.begun()
        os.write(hand, b"i \n")
        assert await keyboard.next() == "hi"
        os.write(hand, b"\xff\n")
        assert await keyboard.next() == "", "what is no text is no line"
    keyboard.close()
    assert termios.tcgetattr(hand) == before
    assert capsys.readouterr().out == PROMPT * 2


async def test_a_terminal_that_is_gone_ends_the_lines(hand: int) -> None:
    keyboard = Keyboard(PROMPT, termios)
    os.close(hand)
    async with asyncio.timeout(10):
        assert await keyboard.next() is None


async def test_there_may_be_no_more_lines(hand: int) -> None:
    keyboard = Keyboard(PROMPT, termios)
    keyboard.end()
    async with asyncio.timeout(10):
        assert await keyboard.next() is None
        os.write(hand, b"\n")  # the thread still reads, and is let go
        assert await keyboard._lines.get() == ""


async def test_without_readline_the_terminals_own_editing_has_to_do(hand: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(runtime.cli.keyboard, "import_module", missing)
    stream = io.StringIO()
    keyboard = open_keyboard(Terminal(stream))
    os.write(hand, b"hi\n\x04")
    async with asyncio.timeout(10):
        await keyboard.begun()
        assert await keyboard.next() == "hi"
        assert await keyboard.next() is None
    keyboard.close()
    assert stream.getvalue() == PROMPT * 2


@pytest.mark.usefixtures("as_terminal", "hand")
@pytest.mark.parametrize(
    ("library", "prompt"), [("GNU readline", f"\x01\x1b[32m\x02{PROMPT}\x01\x1b[0m\x02"), ("libedit", PROMPT)]
)
async def test_the_prompt_is_in_colour_where_its_width_can_be_told(
    monkeypatch: pytest.MonkeyPatch, library: str, prompt: str
) -> None:
    told: list[str] = []
    readline = SimpleNamespace(__doc__=library, parse_and_bind=told.append)
    monkeypatch.setattr(runtime.cli.keyboard, "import_module", {"readline": readline, "termios": termios}.get)
    keyboard = open_keyboard(Terminal(io.StringIO()))
    assert isinstance(keyboard, Keyboard)
    assert keyboard._prompt == prompt
    assert told == ([] if library == "libedit" else ["set enable-bracketed-paste off"])
    keyboard.close()


@contextmanager
def at_terminal(folder: Path, *arguments: str) -> Generator[Person]:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", TAKE_TERMINAL, *callboard(*arguments)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=environment(TERM="xterm", PYTHONUTF8="1", NO_COLOR="1"),
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            yield Person(ours, process)
        finally:
            process.kill()
            os.close(ours)


def test_a_talk_by_hand(agents: Path) -> None:
    with at_terminal(agents.parent, "chat", "ada") as person:
        banner = person.sees(PROMPT)
        assert "it is not a language model" in banner
        assert "typing or Ctrl-C interrupts, Ctrl-D leaves" in banner
        person.types(b"what time is it\n")
        assert "ada › Noon." in person.sees(PROMPT)
        person.types(CTRL_D)
        assert person.process.wait(20) == 0
        assert person.rest() == "\r\n"


def test_a_line_can_be_edited_and_called_back(agents: Path) -> None:
    pytest.importorskip("readline")
    with at_terminal(agents.parent, "chat", "ada") as person:
        person.sees(PROMPT)
        person.types(b"time is it\x01what \n")  # Ctrl-A goes to the beginning
        assert "ada › Noon." in person.sees(PROMPT)
        person.types(UP)
        person.sees("what time is it")
        person.types(b"\n")
        assert "ada › Noon." in person.sees(PROMPT)


def test_ctrl_c_at_the_prompt_is_the_end_and_leaves_the_terminal_as_it_was(agents: Path) -> None:
    with at_terminal(agents.parent, "chat", "ada") as person:
        before = person.modes()
        person.sees(PROMPT)
        person.types(b"half a li")
        person.sees("half a li")
        assert person.modes() != before
        person.types(CTRL_C)
        assert person.process.wait(20) == 130
        assert person.modes() == before
        assert person.rest() == "\r\n"


def speaking(install: Install) -> Path:
    """A player that says when it has begun, and never ends; the pipe where it does."""
    folder = install("aplay", "echo > speaking; exec sleep 60")
    os.mkfifo(folder / "speaking")
    return folder / "speaking"


def test_a_person_may_type_while_the_agent_speaks(talking: Path, install: Install) -> None:
    speaks = speaking(install)
    with at_terminal(talking.parent, "chat", "ada") as person:
        person.sees(PROMPT)
        person.types(b"what time is it\n")
        speaks.read_text()
        person.types(b"and no")
        assert "ada › Noon.\r\n" in person.sees(PROMPT)
        person.sees("and no")
        person.types(b"w what time is it\n")
        speaks.read_text()
        person.types(CTRL_C)
        assert "ada › Noon.\r\n" in person.sees(PROMPT)
        person.types(CTRL_D)
        assert person.process.wait(20) == 0


def test_return_alone_lets_the_agent_go_on_and_ctrl_d_leaves_while_it_speaks(talking: Path, install: Install) -> None:
    speaks = speaking(install)
    with at_terminal(talking.parent, "chat", "ada") as person:
        person.sees(PROMPT)
        person.types(b"what time is it\n")
        speaks.read_text()
        person.types(b"\n")
        person.sees(PROMPT)
        person.types(CTRL_D)
        assert person.process.wait(20) == 0


def test_ctrl_c_while_the_agent_speaks_lets_the_talk_go_on(talking: Path, install: Install) -> None:
    speaks = speaking(install)
    with at_terminal(talking.parent, "chat", "ada") as person:
        person.sees(PROMPT)
        person.types(b"what time is it\n")
        speaks.read_text()
        person.types(CTRL_C)
        person.sees(PROMPT)
        person.types(b"what time is it\n")
        speaks.read_text()
        person.types(CTRL_C)
        person.sees(PROMPT)
        person.types(CTRL_C)
        assert person.process.wait(20) == 130
