"""Turns over a connection: what is said, what comes back, and when it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runtime.cli.client import Connection, Message

Listener = Callable[[Message], None]

_FENCE = "callboard-opening"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended. `failure` is a sentence for people, empty for a turn that brought an answer."""

    text: str = ""
    failure: str = ""


class Dialogue:
    """One turn at a time; every message is shown to the listener in the order it came."""

    def __init__(self, connection: Connection, listener: Listener) -> None:
        self._connection = connection
        self._listener = listener
        self._responding = False

    async def open(self) -> None:
        """Hear the session's first messages; a greeting has begun by then, and `rest` hears it to its end.

        A greeting follows `session_init` without being asked for, so its absence cannot be waited for. The answer
        to a ping comes behind whatever the server had to say by itself.
        """
        await self._connection.send({"type": "ping", "id": _FENCE})
        while True:
            message = await self._connection.receive()
            if message["type"] == "pong" and message.get("id") == _FENCE:
                return
            self._note(message)

    async def say(self, message: Message) -> Outcome:
        """Take a turn with a `transcript` or `audio` message, and hear its answer."""
        await self._connection.send(message)
        while not self._responding:
            answer = await self._hear()
            # Nothing will come of what was said.
            if answer["type"] in {"error", "transcription_error"}:
                return Outcome(failure=failure_of(answer))
        return await self.rest()

    async def rest(self) -> Outcome:
        """Hear the response that has begun, if one has, until it is complete."""
        text = failure = ""
        while self._responding:
            message = await self._hear()
            if message["type"] in {"stream_error", "error"}:
                failure = failure_of(message)
            elif message["type"] == "response_complete":
                text = str(message.get("text", ""))
        return Outcome(text, failure)

    async def _hear(self) -> Message:
        message = await self._connection.receive()
        self._note(message)
        return message

    def _note(self, message: Message) -> None:
        if message["type"] in {"stream_start", "response_complete"}:
            self._responding = message["type"] == "stream_start"
        self._listener(message)


def failure_of(message: Message) -> str:
    """The sentence in an error of any kind: the kinds spell its field differently."""
    return str(message.get("message") or message.get("error") or message.get("code") or "unknown error")
