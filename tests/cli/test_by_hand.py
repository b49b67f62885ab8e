"""A person at a terminal: a pseudo-terminal, keys, and what the screen shows."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Install
from tests.cli.test_main import callboard, environment

if sys.platform == "win32":
    pytest.skip("needs pseudo-terminals", allow_module_level=True)

import pty

CTRL_C, CTRL_D = b"\x03", b"\x04"
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

    def sees(self, text: str) -> str:
        """Wait for a text, and give all that came up to it."""
        deadline = time.monotonic() + 20
        while text not in self.screen:
            ready, _, _ = select.select([self._terminal], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"no {text!r} in {self.screen!r}"
            self.screen += os.read(self._terminal, 4096).decode(errors="replace")
        before, _, self.screen = self.screen.partition(text)
        return before

    def types(self, keys: bytes) -> None:
        os.write(self._terminal, keys)


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
        assert "it is not a language model" in person.sees(PROMPT)
        person.types(b"what time is it\n")
        assert "ada › Noon." in person.sees(PROMPT)
        person.types(CTRL_D)
        assert person.process.wait(20) == 0


def test_ctrl_c_at_the_prompt_is_the_end(agents: Path) -> None:
    with at_terminal(agents.parent, "chat", "ada") as person:
        person.sees(PROMPT)
        person.types(CTRL_C)
        assert person.process.wait(20) == 130


def test_ctrl_c_while_the_agent_speaks_lets_the_talk_go_on(talking: Path, install: Install) -> None:
    folder = install("aplay", "echo > speaking; exec sleep 60")
    os.mkfifo(folder / "speaking")
    with at_terminal(talking.parent, "chat", "ada") as person:
        person.sees(PROMPT)
        person.types(b"what time is it\n")
        (folder / "speaking").read_text()
        person.types(CTRL_C)
        person.sees(PROMPT)
        person.types(b"what time is it\n")
        (folder / "speaking").read_text()
        person.types(CTRL_C)
        person.sees(PROMPT)
        person.types(CTRL_C)
        assert person.process.wait(20) == 130
