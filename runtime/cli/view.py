"""What a talk looks like: lines for people, the protocol's messages for programs, or the answer alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol

from runtime.cli.client import Message
from runtime.cli.dialogue import failure_of
from runtime.cli.latency import Latency
from runtime.cli.terminal import Terminal, plain

NOTICE = "callboard_notice"
"""The type of a message from this side."""

_LONGEST = 300


class View(Protocol):
    """Shows a talk."""

    def user(self, text: str) -> None:
        """What was said without being typed here; also the beginning of a turn."""
        ...

    def show(self, message: Message) -> None:
        """A message of the server."""
        ...


class Quiet:
    """Shows warnings alone: the caller prints the outcome."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def user(self, text: str) -> None:
        """Not shown."""

    def show(self, message: Message) -> None:
        """Show a warning."""
        if message["type"] == "warning":
            self._terminal.line(_warning(self._terminal, message))


class JsonLines:
    """One message a line, with the size of its sound in place of the sound."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def user(self, text: str) -> None:
        """Not a message of the server."""

    def show(self, message: Message) -> None:
        """Print it."""
        if message["type"] == "audio_chunk":
            data = str(message.get("data", ""))
            message = {**message, "data": f"<{len(data) * 3 // 4 - data.count('=')} bytes>"}
        self._terminal.line(json.dumps(message, ensure_ascii=False))


class Lines:
    """The agent's words as they come; what it does beside them, and how long it took, on dim lines."""

    def __init__(self, name: str, terminal: Terminal) -> None:
        self._name = name
        self._terminal = terminal
        self._latency = Latency()
        self._showers: dict[str, Callable[[Message], None]] = {
            "text_start": self._speaker,
            "text_delta": self._words,
            "tool_call": self._tool_call,
            "tool_result": self._tool_result,
            "tool_error": self._tool_error,
            "transcription_result": self._heard,
            "transcription_error": self._error,
            "stream_error": self._error,
            "error": self._error,
            "warning": self._warning,
            "speech_interrupted": self._interrupted,
            NOTICE: self._notice,
            "stream_abort": self._aborted,
            "response_complete": self._complete,
        }

    def user(self, text: str) -> None:
        """Show it as if it had been typed; the stopwatch starts."""
        if text:
            self._terminal.line(f"{self._terminal.paint('you ›', 'green')} {plain(text)}")
        self._latency = Latency()

    def show(self, message: Message) -> None:
        """Show what is for people; the rest of the protocol is not."""
        if not message.get("interrupted"):  # the end of what was cut short says nothing about its speed
            self._latency.hear(message)
        shower = self._showers.get(message["type"])
        if shower is not None:
            shower(message)

    def _speaker(self, _message: Message) -> None:
        self._terminal.end_line()
        self._terminal.stream(f"{self._terminal.paint(f'{self._name} ›', 'cyan')} ")

    def _words(self, message: Message) -> None:
        self._terminal.stream(plain(str(message.get("text", ""))))

    def _tool_call(self, message: Message) -> None:
        self._dim(f"→ {message.get('toolName')} {_compact(message.get('input'))}")

    def _tool_result(self, message: Message) -> None:
        took = f" · {message.get('durationMs', 0):.0f} ms"
        self._dim(f"← {message.get('toolName')} {_compact(message.get('result'))}{took}")

    def _tool_error(self, message: Message) -> None:
        self._dim(f"✗ {message.get('toolName')} {message.get('error')}")

    def _heard(self, message: Message) -> None:
        self._terminal.line(f"{self._terminal.paint('heard ›', 'green')} {plain(str(message.get('text', '')))}")

    def _error(self, message: Message) -> None:
        self._terminal.line(self._terminal.paint(f"error: {plain(failure_of(message))}", "red"))

    def _warning(self, message: Message) -> None:
        self._terminal.line(_warning(self._terminal, message))

    def _interrupted(self, message: Message) -> None:
        self._dim(f"interrupted; heard so far: {message.get('heardText') or 'nothing'}")

    def _notice(self, message: Message) -> None:
        self._terminal.line(self._terminal.paint(str(message["message"]), "dim"))

    def _aborted(self, _message: Message) -> None:
        self._dim("interrupted")

    def _complete(self, message: Message) -> None:
        if message.get("interrupted"):
            self._terminal.end_line()
        else:
            self._dim(str(self._latency))

    def _dim(self, text: str) -> None:
        shown = plain(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
        self._terminal.line(self._terminal.paint(f"  {shown}", "dim"))


def _warning(terminal: Terminal, message: Message) -> str:
    return terminal.paint(f"warning: {plain(failure_of(message))}", "yellow")


def _compact(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
