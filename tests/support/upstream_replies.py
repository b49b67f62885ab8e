"""What the upstream can be told to answer. See `upstream.py`, which exports all of it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.upstream_sounds import MIME_TYPES, sound


@dataclass(frozen=True)
class Request:
    """What the upstream received; `body` is the decoded JSON, or the fields of a form.

    Header names are in lower case. `file` is the name and the bytes of an upload.
    """

    headers: Mapping[str, str]
    body: dict[str, Any]
    file: tuple[str, bytes] = ("", b"")


class Hold:
    """The upstream stops here until `release`; `reached` is set when it gets here."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self._released = asyncio.Event()

    def release(self) -> None:
        """Let it go on."""
        self._released.set()

    async def passed(self) -> None:
        """Wait as the upstream does."""
        self.reached.set()
        await self._released.wait()


@dataclass(frozen=True)
class Pause:
    """The upstream waits for so many seconds."""

    seconds: float


class Cut:
    """The upstream drops the connection here."""


class Stall(Hold):
    """The upstream stops here for good."""


Step = bytes | Hold | Pause | Cut
MALFORMED = b'data: {"choices": [{"delta":\n\n'  # an event that is not JSON


@dataclass(frozen=True)
class Call:
    """A tool call; `arguments` is JSON text."""

    name: str
    arguments: str = "{}"
    id: str = "call_1"


@dataclass(frozen=True)
class Chat:
    """A streamed chat completion.

    `text` is cut into words, each a delta; a list is taken as the deltas themselves. `at` puts steps before
    the event with that number, where 0 is the delta with the role and 1 the first word: `at={1: hold}`.
    """

    text: str | Sequence[str] = ""
    calls: Sequence[Call] = ()
    reasoning: str = ""
    finish_reason: str = ""
    usage: tuple[int, int] = (11, 7)
    at: Mapping[int, Step] = field(default_factory=dict[int, Step])

    def steps(self, request: Request) -> Iterator[Step]:
        """The body."""
        events = list(self._events(request))
        for number, event in enumerate(events):
            if number in self.at:
                yield self.at[number]
            yield event
        if len(events) in self.at:
            yield self.at[len(events)]

    def _events(self, request: Request) -> Iterator[bytes]:
        yield chunk({"role": "assistant", "content": ""})
        for word in _words(self.reasoning):
            yield chunk({"reasoning_content": word})
        for word in _words(self.text) if isinstance(self.text, str) else self.text:
            yield chunk({"content": word})
        for index, call in enumerate(self.calls):
            head = {"index": index, "id": call.id, "type": "function"}
            yield chunk({"tool_calls": [{**head, "function": {"name": call.name, "arguments": ""}}]})
            for piece in re.findall(r"(?s).{1,8}", call.arguments):
                yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
        yield chunk({}, self.finish_reason or ("tool_calls" if self.calls else "stop"))
        if (request.body.get("stream_options") or {}).get("include_usage"):
            prompt, completion = self.usage
            usage = {
                "prompt_tokens": prompt,
                "completion_tokens": completion,
                "total_tokens": prompt + completion,
            }
            yield event({"id": "chatcmpl-1", "object": "chat.completion.chunk", "choices": [], "usage": usage})
        yield b"data: [DONE]\n\n"


@dataclass(frozen=True)
class Speech:
    """Streamed sound in `pieces` writes; by default `sound(input, response_format)` and its media type."""

    audio: bytes | None = None
    pieces: int = 4
    content_type: str = ""
    at: Mapping[int, Step] = field(default_factory=dict[int, Step])

    def steps(self, request: Request) -> Iterator[Step]:
        """The body; `at` counts pieces from 0."""
        audio = self.audio
        if audio is None:
            audio = sound(request.body["input"], request.body.get("response_format", "mp3"))
        size = max(1, -(-len(audio) // self.pieces))
        pieces = [audio[start : start + size] for start in range(0, len(audio), size)]
        for number, piece in enumerate(pieces):
            if number in self.at:
                yield self.at[number]
            yield piece
        if len(pieces) in self.at:
            yield self.at[len(pieces)]

    def media_type(self, request: Request) -> str:
        """What the response says it is."""
        return self.content_type or MIME_TYPES[request.body.get("response_format", "mp3")]


@dataclass(frozen=True)
class Words:
    """A transcription, as `json` or `verbose_json`; `hold` is waited for first."""

    text: str = "what is the weather like today"
    language: str = "english"
    hold: Hold | None = None

    def answer(self, request: Request) -> dict[str, Any]:
        """The body."""
        if request.body.get("response_format") == "verbose_json":
            return {"task": "transcribe", "language": self.language, "duration": 1.5, "text": self.text}
        return {"text": self.text}


@dataclass(frozen=True)
class Raw:
    """Any steps under a status of 200; the first step that is bytes comes after the headers."""

    steps: Sequence[Step]
    content_type: str = "text/event-stream"


@dataclass(frozen=True)
class Refusal:
    """An error object, or any other `body`, under any status."""

    status: int
    message: str = "The upstream was told to refuse."
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str | None = None
    content_type: str = "application/json"

    @property
    def text(self) -> str:
        """The body."""
        if self.body is not None:
            return self.body
        return json.dumps({"error": {"message": self.message, "type": "error", "param": None, "code": self.code}})


@dataclass(frozen=True)
class Silence:
    """No answer at all: not even the headers, until the client leaves."""


Reply = Chat | Speech | Words | Raw | Refusal | Silence


def rate_limited(retry_after: str = "", *, milliseconds: str = "") -> Refusal:
    """A 429, with the headers that are given."""
    headers = {"retry-after": retry_after, "retry-after-ms": milliseconds}
    return Refusal(
        429,
        "Rate limit reached.",
        "rate_limit_exceeded",
        {name: text for name, text in headers.items() if text},
    )


def html_page() -> Refusal:
    """What a captive portal or a wrong address answers: a web page, with status 200."""
    return Refusal(200, body="<html><body>Welcome!</body></html>", content_type="text/html")


def event(data: Any) -> bytes:
    """A server-sent event."""
    return b"data: " + json.dumps(data).encode() + b"\n\n"


def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> bytes:
    """The event of one delta."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return event({"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "m", "choices": [choice]})


def _words(text: str) -> list[str]:
    return re.findall(r"\s*\S+", text)
