"""Where the sound of a session goes: to a file, to a player of this machine, or nowhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from runtime.cli.player import Player
from runtime.cli.programs import find_program, names
from runtime.cli.recording import Recording
from runtime.cli.sound import Silence, Sound, can_decode, needs_decoder
from runtime.cli.talk import ChooseSound
from runtime.cli.terminal import stderr
from runtime.errors import CallboardError

Notice = Callable[[str], None]
"""Tells a person why nothing is heard."""


def chooser(name: str, recording: Recording | None, *, play: bool, notice: Notice | None = None) -> ChooseSound:
    """What decides for a session of the agent `name`, once its format is known; notices go to stderr by default."""

    def choose(audio: dict[str, Any] | None, tasks: asyncio.TaskGroup) -> Sound:
        encoding = str(audio.get("format", "")) if audio else ""
        if recording is not None:
            _ensure_recordable(name, encoding)
            return recording
        return _player(encoding, tasks, notice or _notice) if play and encoding else Silence()

    return choose


def _ensure_recordable(name: str, encoding: str) -> None:
    """Rather at the beginning than after the talk. Raises CallboardError."""
    if not encoding:
        raise CallboardError(f"{name} writes and does not speak: there is nothing to save.")
    if not can_decode(encoding):
        raise needs_decoder(encoding)


def _player(encoding: str, tasks: asyncio.TaskGroup, notice: Notice) -> Sound:
    program = find_program(encoding)
    if program is None:
        notice(f"No program to play sound is installed ({names()}); --save FILE.wav keeps it.")
    elif not program.takes(encoding) and not can_decode(encoding):
        notice(str(needs_decoder(encoding)))
    else:
        return Player(program, notice, tasks)
    return Silence()


def _notice(text: str) -> None:
    """For a person; a script did not ask to hear anything."""
    terminal = stderr()
    if terminal.interactive:
        terminal.line(terminal.paint(text, "dim"))
