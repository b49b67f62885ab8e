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
    """What is said and what is answered; every message is shown to the listener in the order it came.

    A turn may be taken while another is answered: the server cuts that answer short, completes it, and gives the
    next. Whatever is said is either answered by a response or refused by an error.
    """

    def __init__(self, connection: Connection, listener: Listener) -> None:
        self._connection = connection
        self._listener = listener
        self._unanswered = 0
        self._responding = False

    @property
    def busy(self) -> bool:
        """Is there an answer to come, or to come to its end?"""
        return self._responding or self._unanswered > 0

    async def open(self) -> None:
        """Hear the session's first messages; a greeting has begun by then, and `answer` hears it to its end.

        A greeting follows `session_init` without being asked for, so its absence cannot be waited for. The answer
        to a ping comes behind whatever the server had to say by itself.
        """
        await self._connection.send({"type": "ping", "id": _FENCE})
        while True:
            message = await self._connection.receive()
            if message["type"] == "pong" and message.get("id") == _FENCE:
                return
            self._note(message)

    async def say(self, message: Message) -> None:
        """Take a turn with a `transcript` or `audio` message."""
        self._unanswered += 1
        await self._connection.send(message)

    async def answer(self) -> Outcome:
        """Hear everything that is still to come; the outcome is that of the last turn."""
        text = failure = ""
        while self.busy:
            message = await self._connection.receive()
            match message["type"]:
                case "stream_start":
                    text = failure = ""
                case "stream_error" | "error" | "transcription_error":
                    failure = failure_of(message)
                case "response_complete":
                    text = str(message.get("text", ""))
                case _:
                    pass
            self._note(message)
        return Outcome(text, failure)

    def _note(self, message: Message) -> None:
        match message["type"]:
            case "stream_start":
                self._responding, self._unanswered = True, max(0, self._unanswered - 1)
            case "response_complete":
                self._responding = False
            case "error" | "transcription_error" if not message.get("messageId"):
                self._unanswered = max(0, self._unanswered - 1)  # nothing will come of what was said
            case _:
                pass
        self._listener(message)


def failure_of(message: Message) -> str:
    """The sentence in an error of any kind: the kinds spell its field differently."""
    return str(message.get("message") or message.get("error") or message.get("code") or "unknown error")
