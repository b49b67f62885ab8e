"""What a talk looks like."""

from __future__ import annotations

import io
import json
from itertools import count

import pytest

import runtime.cli.view
from runtime.cli.latency import Latency
from runtime.cli.terminal import Terminal
from runtime.cli.view import JsonLines, Lines, Quiet


def ticking() -> Latency:
    """Every look at the clock is 10 ms after the one before."""
    ticks = count(0, 0.01)
    return Latency(lambda: next(ticks))


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    monkeypatch.setattr(runtime.cli.view, "Latency", ticking)
    return io.StringIO()


def test_a_turn_is_shown_as_it_happens(stream: io.StringIO) -> None:
    view = Lines("ada", Terminal(stream))
    view.user("what time is it?")
    for message in (
        {"type": "stream_start", "messageId": "m1"},
        {"type": "text_start", "id": "1"},
        {"type": "text_delta", "text": "Let me "},
        {"type": "text_delta", "text": "look."},
        {"type": "tool_call", "toolName": "get_time", "input": {"zone": "UTC"}},
        {"type": "tool_result", "toolName": "get_time", "result": "noon", "durationMs": 3.4},
        {"type": "tool_error", "toolName": "get_date", "error": "No calendar."},
        {"type": "text_start", "id": "2"},
        {"type": "text_delta", "text": "Noon."},
        {"type": "audio_chunk", "data": "AAAA"},
        {"type": "audio_chunk", "data": "AAAA"},
        {"type": "warning", "code": "speech_failed", "message": "One sentence stayed silent."},
        {"type": "response_complete"},
    ):
        view.show(message)
    assert stream.getvalue().splitlines() == [
        "you › what time is it?",
        "ada › Let me look.",
        '  → get_time {"zone": "UTC"}',
        "  ← get_time noon · 3 ms",
        "  ✗ get_date No calendar.",
        "ada › Noon.",
        "warning: One sentence stayed silent.",
        "  first text 10 ms · first audio 40 ms · total 60 ms",
    ]


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ({"type": "transcription_result", "text": "noon?"}, "heard › noon?"),
        ({"type": "transcription_error", "error": "No speech."}, "error: No speech."),
        ({"type": "stream_error", "error": "Away.", "code": "model_error"}, "error: Away."),
        ({"type": "error", "message": "Too much.", "code": "too_large"}, "error: Too much."),
        ({"type": "speech_interrupted", "heardText": "It is"}, "  interrupted; heard so far: It is"),
        ({"type": "speech_interrupted", "heardText": ""}, "  interrupted; heard so far: nothing"),
        ({"type": "stream_abort", "reason": "client_request"}, "  interrupted"),
        ({"type": "response_complete", "interrupted": True}, ""),
        ({"type": "tool_call", "toolName": "t", "input": "x" * 400}, f"  → t {'x' * 296}…"),
        ({"type": "text_delta", "text": "\x1b[2J"}, "\ufffd[2J"),
    ],
)
def test_what_else_happens_is_a_line(stream: io.StringIO, message: dict[str, str], line: str) -> None:
    view = Lines("ada", Terminal(stream))
    view.user("")
    view.show(message)
    assert stream.getvalue().rstrip("\n") == line


@pytest.mark.usefixtures("as_terminal")
def test_a_terminal_shows_it_in_colour(stream: io.StringIO) -> None:
    view = Lines("ada", Terminal(stream))
    view.show({"type": "text_start"})
    view.show({"type": "error", "message": "No."})
    assert stream.getvalue() == "\x1b[36mada ›\x1b[0m \n\x1b[31merror: No.\x1b[0m\n"


def test_json_lines_are_the_protocol_without_the_sound(stream: io.StringIO) -> None:
    view = JsonLines(Terminal(stream))
    view.user("not shown")
    view.show({"type": "text_delta", "text": "Olá"})
    view.show({"type": "audio_chunk", "data": "AAAAAA==", "format": "wav"})
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first == {"type": "text_delta", "text": "Olá"}
    assert second == {"type": "audio_chunk", "data": "<4 bytes>", "format": "wav"}


def test_a_quiet_view_tells_warnings_alone(stream: io.StringIO) -> None:
    view = Quiet(Terminal(stream))
    view.user("hi")
    view.show({"type": "text_delta", "text": "Noon."})
    view.show({"type": "warning", "message": "Careful."})
    assert stream.getvalue() == "warning: Careful.\n"


def test_a_turn_without_sound_has_no_first_audio() -> None:
    latency = ticking()
    latency.hear({"type": "stream_start"})
    latency.hear({"type": "text_delta"})
    latency.hear({"type": "text_delta"})
    latency.hear({"type": "response_complete"})
    assert str(latency) == "first text 10 ms · total 30 ms"
