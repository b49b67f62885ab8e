"""A talk: turns that are shown, heard, and can be cut short."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from runtime.cli.client import Connection, Message
from runtime.cli.dialogue import Dialogue, Outcome
from runtime.cli.interrupts import first_interrupt
from runtime.cli.sound import Silence, Sound, part_of
from runtime.cli.view import View

# Longer than any answer lasts: all of it was heard.
_ALL_MS = 86_400_000

ChooseSound = Callable[[dict[str, Any] | None, asyncio.TaskGroup], Sound]
"""From `audio` of `session_init`, None for an agent that only writes, to where the session's sound goes."""


class Talk:
    """Joins a dialogue with a view and a sound; `tasks` owns what it starts."""

    def __init__(self, connection: Connection, view: View, choose_sound: ChooseSound, tasks: asyncio.TaskGroup) -> None:
        self._connection = connection
        self._view = view
        self._choose_sound = choose_sound
        self._tasks = tasks
        self._dialogue = Dialogue(connection, self._hear)
        self._sound: Sound = Silence()
        # The response that began last, the one whose sound came last, and the one that nobody wants to hear.
        self._response = ""
        self._spoken = ""
        self._silenced = ""

    async def open(self) -> None:
        """Hear the session's first messages. Raises CallboardError where the server or the sound fails."""
        self._view.user("")
        await self._dialogue.open()

    async def greeting(self) -> None:
        """Hear the greeting to its end, where there is one."""
        await self._listen()

    async def say(self, text: str) -> Outcome:
        """Take a turn in writing."""
        await self._dialogue.say({"type": "transcript", "text": text})
        return await self._listen()

    async def send_audio(self, data: str, encoding: str) -> Outcome:
        """Take a turn with a whole utterance, base64 of a sound file."""
        await self._dialogue.say({"type": "audio", "data": data, "format": encoding})
        return await self._listen()

    async def interject(self, text: str) -> None:
        """Take a turn while `greeting` or `say` still listens: the sound stops, and that call hears this answer too."""
        played = self._silence()
        if played:
            await self._connection.send({"type": "playback"} | played)
        await self._dialogue.say({"type": "transcript", "text": text})

    def close(self) -> None:
        """Stop what is still heard."""
        self._sound.close()

    def _hear(self, message: Message) -> None:
        match message["type"]:
            case "session_init":
                self._sound = self._choose_sound(message.get("audio"), self._tasks)
            case "stream_start":
                self._response = str(message.get("messageId", ""))
            case "audio_chunk" if self._response != self._silenced:
                self._spoken = self._response
                self._sound.take(part_of(message))
            case _:
                pass
        self._view.show(message)

    async def _listen(self) -> Outcome:
        with first_interrupt(self._interrupt):
            while True:
                outcome = await self._dialogue.answer()
                await self._sound.settle()
                if self._response == self._spoken != self._silenced:
                    # Otherwise the server reckons with a listener in real time, and takes the next turn for an
                    # interruption.
                    await self._connection.send({"type": "playback", "messageId": self._spoken, "playedMs": _ALL_MS})
                if not self._dialogue.busy:
                    return outcome

    def _interrupt(self) -> None:
        self._tasks.create_task(self._connection.send({"type": "interrupt"} | self._silence()), name="interrupt")

    def _silence(self) -> dict[str, Any]:
        """Stop the sound; how much of which response was heard, nothing where nobody listened."""
        self._silenced = self._response
        played_ms = self._sound.stop()
        return {} if played_ms is None else {"messageId": self._spoken, "playedMs": round(played_ms)}
