"""`callboard chat`: a talk in the terminal, typed by a person or given as arguments."""

from __future__ import annotations

import argparse
import base64
import sys
from contextlib import nullcontext
from pathlib import Path

from runtime.cli.client import Connection
from runtime.cli.dialogue import Outcome
from runtime.cli.hearing import chooser
from runtime.cli.loop import run_loop
from runtime.cli.meeting import meet
from runtime.cli.recording import Recording, saved
from runtime.cli.talk import Talk
from runtime.cli.terminal import Terminal, stdout
from runtime.cli.typed import TypedLines
from runtime.cli.view import JsonLines, Lines, View
from runtime.errors import UsageError


def run(arguments: argparse.Namespace) -> int:
    """Talk; 1 where turns given as arguments or through a pipe failed."""
    audio = _read_audio(Path(arguments.audio)) if arguments.audio else None
    with saved(Path(arguments.save)) if arguments.save else nullcontext() as recording:
        return run_loop(_chat(arguments, audio, recording))


def _read_audio(file: Path) -> tuple[str, str]:
    """The file as base64, and the format that its name claims. Raises UsageError."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"--audio: {file} cannot be read: {error.strerror or error}.") from None
    return base64.b64encode(data).decode(), file.suffix[1:].lower()


async def _chat(arguments: argparse.Namespace, audio: tuple[str, str] | None, recording: Recording | None) -> int:
    terminal = stdout()
    view = JsonLines(terminal) if arguments.json else Lines(arguments.name, terminal)
    play = not (arguments.no_audio or arguments.json)
    async with meet(arguments, view, chooser(arguments.name, recording, play=play)) as (talk, connection):
        await talk.greeting()
        if audio or arguments.text:
            outcomes = await _given_turns(talk, view, audio, arguments.text)
        else:
            outcomes = await _typed_turns(talk, view, connection, terminal)
    return 1 if any(outcome.failure for outcome in outcomes) else 0


async def _given_turns(talk: Talk, view: View, audio: tuple[str, str] | None, texts: list[str]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    if audio is not None:
        view.user("")
        outcomes.append(await talk.send_audio(*audio))
    for text in texts:
        view.user(text)
        outcomes.append(await talk.say(text))
    return outcomes


async def _typed_turns(talk: Talk, view: View, connection: Connection, terminal: Terminal) -> list[Outcome]:
    """Turns until the input ends. A person saw the failures; only a script's count."""
    by_hand = sys.stdin is not None and sys.stdin.isatty()
    prompt = terminal.paint("you › ", "green") if by_hand and terminal.interactive else ""
    outcomes: list[Outcome] = []
    lines = TypedLines()
    connection.when_closed(lines.end)
    try:
        while True:
            terminal.end_line()
            terminal.stream(prompt)
            line = await lines.next()
            if line is None:
                break
            terminal.returned()
            if line:
                view.user("" if by_hand else line)
                outcomes.append(await talk.say(line))
    finally:
        terminal.end_line()
    connection.ensure_open()
    return [] if by_hand else outcomes
