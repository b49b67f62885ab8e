"""A talk with a person at the terminal, who may speak while the agent does."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from typing_extensions import override

from runtime.cli.client import Message
from runtime.cli.talk import Talk
from runtime.cli.terminal import Terminal
from runtime.cli.typed import Lines
from runtime.cli.view import NOTICE, View

_WORDS = frozenset({"text_start", "text_delta", "text_end"})
_BOUNDS = frozenset({"stream_start", "response_complete"})


class Curtain(View):
    """A view that shows nothing while a person types, so that the line stays in one piece."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._held: list[Message] | None = None
        self._cut = False

    @override
    def user(self, text: str) -> None:
        self._view.user(text)

    @override
    def show(self, message: Message) -> None:
        if self._held is not None:
            self._held.append(message)
            return
        self._cut = self._cut and message["type"] not in _BOUNDS
        if not (self._cut and message["type"] in _WORDS):
            self._view.show(message)

    def notice(self, text: str) -> None:
        """Show what is no message of the server."""
        self.show({"type": NOTICE, "message": text})

    def hold(self) -> None:
        """Keep back what comes from here on."""
        self._held = []

    def release(self, *, cut: bool = False) -> None:
        """Show what was kept back; of an answer that is cut short no more words, as nobody hears them."""
        held, self._held = self._held or [], None
        self._cut = cut
        if held and held[0]["type"] == "text_delta" and not cut:
            self._view.show({"type": "text_start"})
        for message in held:
            self.show(message)


class ByHand:
    """Turns until the person leaves."""

    def __init__(self, talk: Talk, curtain: Curtain, lines: Lines, terminal: Terminal) -> None:
        self._talk = talk
        self._curtain = curtain
        self._lines = lines
        self._terminal = terminal

    async def run(self) -> None:
        """Hear the greeting, then every answer. Raises CallboardError when the server leaves."""
        try:
            line = await self._hear(self._talk.greeting())
            while line is not None:
                line = await self._hear(self._say(line)) if line else await self._read()
        finally:
            self._terminal.end_line()

    async def _say(self, text: str) -> None:
        self._curtain.user("")
        await self._talk.say(text)

    async def _hear(self, listening: Coroutine[Any, Any, None]) -> str | None:
        """Listen to the end, also to what comes of words that are thrown in; the line after that."""
        async with asyncio.TaskGroup() as tasks:
            hearing = tasks.create_task(listening, name="hear")
            while await self._speaks_up(hearing, tasks):
                self._curtain.hold()
                line = await self._read()
                over = hearing.done()
                self._curtain.release(cut=bool(line) and not over)
                if line is None or (over and line):
                    hearing.cancel()
                    return line
                if line:
                    self._curtain.user("")
                    await self._talk.interject(line)
        return await self._read()

    async def _speaks_up(self, hearing: asyncio.Task[None], tasks: asyncio.TaskGroup) -> bool:
        """Does the person begin to type before everything has been heard?"""
        begun = tasks.create_task(self._lines.begun(), name="begun")
        await asyncio.wait({hearing, begun}, return_when=asyncio.FIRST_COMPLETED)
        begun.cancel()
        return not hearing.done()

    async def _read(self) -> str | None:
        self._terminal.end_line()
        self._terminal.prompted()
        line = await self._lines.next()
        if line is not None:
            self._terminal.returned()
        return line
