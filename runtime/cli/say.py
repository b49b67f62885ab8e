"""`callboard say`: one turn for scripts, whose standard output is the answer and nothing else."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from pathlib import Path

from runtime.cli.hearing import chooser
from runtime.cli.loop import run_loop
from runtime.cli.meeting import meet
from runtime.cli.recording import Recording, saved
from runtime.cli.terminal import plain, stderr, stdout
from runtime.cli.view import Quiet
from runtime.errors import CallboardError, UsageError


def run(arguments: argparse.Namespace) -> int:
    """Print the answer. Raises UsageError where there is nothing to say, CallboardError where the turn failed."""
    if not arguments.text.strip():
        raise UsageError("there is nothing to say: TEXT is empty")
    with saved(Path(arguments.save)) if arguments.save else nullcontext() as recording:
        answer = run_loop(_answer(arguments, recording))
    stdout().line(plain(answer))
    return 0


async def _answer(arguments: argparse.Namespace, recording: Recording | None) -> str:
    choose_sound = chooser(arguments.name, recording, play=False)
    async with meet(arguments, Quiet(stderr()), choose_sound) as (talk, _):
        await talk.greeting()
        if recording is not None:
            recording.forget()
        outcome = await talk.say(arguments.text)
    if outcome.failure or not outcome.text.strip():
        raise CallboardError(f"{arguments.name} gave no answer: {outcome.failure or 'it said nothing'}")
    return outcome.text
