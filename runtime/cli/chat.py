"""`callboard chat`: a talk in the terminal, typed by a person or given as arguments."""

from __future__ import annotations

import argparse
import base64
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from runtime.cli.by_hand import ByHand, Curtain
from runtime.cli.client import Connection
from runtime.cli.dialogue import Outcome
from runtime.cli.hearing import chooser
from runtime.cli.keyboard import open_keyboard
from runtime.cli.loop import run_loop
from runtime.cli.meeting import meet
from runtime.cli.recording import Recording, saved
from runtime.cli.talk import Talk
from runtime.cli.terminal import Terminal, stdout
from runtime.cli.typed import TypedLines
from runtime.cli.view import JsonLines, Lines, View
from runtime.errors import UsageError

_BANNER = "type and press Return to talk; typing or Ctrl-C interrupts, Ctrl-D leaves"

Turn = str | tuple[str, str]
"""What is said: text, or a sound file as base64 with the format that its name claims."""


def run(arguments: argparse.Namespace) -> int:
    """Talk; 1 where turns given as arguments or through a pipe failed."""
    turns = [_read_turn(kind, value) for kind, value in arguments.turns]
    with saved(Path(arguments.save)) if arguments.save else nullcontext() as recording:
        return run_loop(_chat(arguments, turns, recording))


def _read_turn(kind: str, value: str) -> Turn:
    """Raises UsageError."""
    if kind == "text":
        if not value.strip():
            raise UsageError("--text: there is nothing to say in an empty text.")
        return value
    file = Path(value)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"--audio: {file} cannot be read: {error.strerror or error}.") from None
    return base64.b64encode(data).decode(), file.suffix[1:].lower()


async def _chat(arguments: argparse.Namespace, turns: Sequence[Turn], recording: Recording | None) -> int:
    terminal = stdout()
    view = JsonLines(terminal) if arguments.json else Lines(arguments.name, terminal)
    curtain = Curtain(view)
    by_hand = not turns and terminal.interactive and sys.stdin is not None and sys.stdin.isatty()
    play = not (arguments.no_audio or arguments.json)
    choose_sound = chooser(arguments.name, recording, play=play, notice=curtain.notice if by_hand else None)
    async with meet(arguments, curtain, choose_sound, _BANNER if by_hand else "") as (talk, connection):
        if by_hand:
            await _talk_by_hand(talk, curtain, connection, terminal)
            return 0  # a person saw what failed; only a script's failures count
        await talk.greeting()
        outcomes = await (_given_turns(talk, view, turns) if turns else _piped_turns(talk, view, connection))
    return 1 if any(outcome.failure for outcome in outcomes) else 0


async def _talk_by_hand(talk: Talk, curtain: Curtain, connection: Connection, terminal: Terminal) -> None:
    keyboard = open_keyboard(terminal)
    connection.when_closed(keyboard.end)
    try:
        await ByHand(talk, curtain, keyboard, terminal).run()
    finally:
        keyboard.close()
    connection.ensure_open()


async def _given_turns(talk: Talk, view: View, turns: Sequence[Turn]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for turn in turns:
        if isinstance(turn, str):
            view.user(turn)
            outcomes.append(await talk.say(turn))
        else:
            view.user("")
            outcomes.append(await talk.send_audio(*turn))
    return outcomes


async def _piped_turns(talk: Talk, view: View, connection: Connection) -> list[Outcome]:
    """A turn for each line of standard input."""
    outcomes: list[Outcome] = []
    lines = TypedLines()
    connection.when_closed(lines.end)
    while (line := await lines.next()) is not None:
        if line:
            view.user(line)
            outcomes.append(await talk.say(line))
    connection.ensure_open()
    return outcomes
