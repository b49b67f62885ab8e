import base64
import json
from typing import Any, get_args

import orjson
import pytest

from runtime import events
from runtime.chat import ToolCall, Usage
from runtime.wire.native_events import encode


def nested(depth: int) -> Any:
    """A list in a list in a list."""
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


CALL = ToolCall("call_1", "get_weather", '{"city":"Rome"}')
USAGE = {"inputTokens": 3, "outputTokens": 4, "totalTokens": 7}
TOOL = {"toolName": "get_weather", "name": "get_weather", "toolCallId": "call_1", "messageId": "m"}

CASES: list[tuple[events.Event, dict[str, Any]]] = [
    (
        events.SessionOpened("s", "ada", 2, "abc", events.AudioOutput("wav", 24000)),
        {"type": "session_init", "sessionId": "s", "agent": "ada", "generation": 2, "specDigest": "abc"}
        | {"audio": {"format": "wav", "sampleRate": 24000, "binary": False}, "protocolVersion": "1.0"},
    ),
    (
        events.SessionOpened("s", "ada", 2, "abc", None),
        {"type": "session_init", "sessionId": "s", "agent": "ada", "generation": 2, "specDigest": "abc"}
        | {"audio": None, "protocolVersion": "1.0"},
    ),
    (events.TranscriptionReady("hi", None), {"type": "transcription_result", "text": "hi"}),
    (events.TranscriptionReady("hi", "en"), {"type": "transcription_result", "text": "hi", "language": "en"}),
    (
        events.TranscriptionFailed("no_speech", "No."),
        {"type": "transcription_error", "error": "No.", "code": "no_speech"},
    ),
    (events.ResponseStarted("m"), {"type": "stream_start", "messageId": "m"}),
    (events.StepStarted("m", 1), {"type": "step_start", "messageId": "m", "step": 1, "warnings": []}),
    (
        events.StepFinished("m", 1, "stop", Usage(3, 4)),
        {"type": "step_finish", "messageId": "m", "step": 1, "finishReason": "stop", "usage": USAGE},
    ),
    (events.TextStarted("m", "1"), {"type": "text_start", "id": "1", "messageId": "m"}),
    (events.TextDelta("m", "1", "é"), {"type": "text_delta", "text": "é", "id": "1", "messageId": "m"}),
    (events.TextEnded("m", "1"), {"type": "text_end", "id": "1", "messageId": "m"}),
    (events.TextStarted("m", "1", "reasoning"), {"type": "reasoning_start", "id": "1", "messageId": "m"}),
    (
        events.TextDelta("m", "1", "hm", "reasoning"),
        {"type": "reasoning_delta", "text": "hm", "id": "1", "messageId": "m"},
    ),
    (events.TextEnded("m", "1", "reasoning"), {"type": "reasoning_end", "id": "1", "messageId": "m"}),
    (
        events.ToolInputStarted("m", "call_1", "get_weather"),
        {"type": "tool_input_start", "id": "call_1", "toolName": "get_weather", "messageId": "m"},
    ),
    (
        events.ToolInputDelta("m", "call_1", "{"),
        {"type": "tool_input_delta", "id": "call_1", "delta": "{", "messageId": "m"},
    ),
    (events.ToolInputEnded("m", "call_1"), {"type": "tool_input_end", "id": "call_1", "messageId": "m"}),
    (
        events.ToolCalled("m", CALL, {"city": "Rome"}),
        {"type": "tool_call", **TOOL, "input": {"city": "Rome"}},
    ),
    (
        events.ToolReturned("m", CALL, {"c": 20}, 1.25),
        {"type": "tool_result", **TOOL, "result": {"c": 20}, "durationMs": 1.25},
    ),
    (events.ToolFailed("m", CALL, "Broken."), {"type": "tool_error", **TOOL, "error": "Broken."}),
    (
        events.ModelFinished("m", "stop", Usage(3, 4)),
        {"type": "stream_finish", "messageId": "m", "finishReason": "stop", "usage": USAGE},
    ),
    (
        events.ModelFailed("m", "model_error", "Broken."),
        {"type": "stream_error", "messageId": "m", "error": "Broken.", "code": "model_error"},
    ),
    (events.ResponseAborted("m", "why"), {"type": "stream_abort", "messageId": "m", "reason": "why"}),
    (events.SpeechStarted("m"), {"type": "speech_stream_start", "messageId": "m"}),
    (events.SpeechEnded("m"), {"type": "speech_stream_end", "messageId": "m"}),
    (
        events.AudioChunk("m", 3, 1, False, b"\x00\x01", 'a "quote"', "pcm", 24000, 10.0),
        {
            "type": "audio_chunk",
            "chunkId": 3,
            "messageId": "m",
            "data": base64.b64encode(b"\x00\x01").decode(),
        }
        | {
            "format": "pcm",
            "text": 'a "quote"',
            "part": 1,
            "final": False,
            "sampleRate": 24000,
            "durationMs": 10.0,
        },
    ),
    (
        events.AudioChunk("m", 3, 2, True, b"", "a", "mp3", None, None),
        {"type": "audio_chunk", "chunkId": 3, "messageId": "m", "data": "", "format": "mp3", "text": "a"}
        | {"part": 2, "final": True},
    ),
    (
        events.SpeechInterrupted("m", "user_speaking", "heard", 120.4),
        {
            "type": "speech_interrupted",
            "messageId": "m",
            "reason": "user_speaking",
            "heardText": "heard",
            "heardMs": 120,
        },
    ),
    (
        events.ResponseCompleted(
            "m",
            "text",
            "",
            (events.ToolOutcome(CALL, {"city": "Rome"}, 20),),
            False,
            Usage(3, 4),
            {"totalMs": 1.5},
        ),
        {"type": "response_complete", "messageId": "m", "text": "text", "interrupted": False, "usage": USAGE}
        | {"toolCalls": [{"toolName": "get_weather", "toolCallId": "call_1", "input": {"city": "Rome"}}]}
        | {"toolResults": [{"toolName": "get_weather", "toolCallId": "call_1", "output": 20, "result": 20}]}
        | {"latency": {"totalMs": 1.5}},
    ),
    (
        events.HistoryTrimmed(2, "max_history"),
        {"type": "history_trimmed", "removedCount": 2, "reason": "max_history"},
    ),
    (
        events.HistoryCleared(2, "client_request"),
        {"type": "history_cleared", "removedCount": 2, "reason": "client_request"},
    ),
    (
        events.Warned("speech_failed", "Lost."),
        {"type": "warning", "code": "speech_failed", "message": "Lost."},
    ),
    (events.Failed("busy", "Wait."), {"type": "error", "code": "busy", "message": "Wait.", "error": "Wait."}),
    (
        events.Failed("rate_limited", "Wait.", "m", 50),
        {
            "type": "error",
            "code": "rate_limited",
            "message": "Wait.",
            "error": "Wait.",
            "messageId": "m",
            "retryAfterMs": 50,
        },
    ),
    (events.Ponged(), {"type": "pong"}),
    (events.Ponged("x"), {"type": "pong", "id": "x"}),
]


@pytest.mark.parametrize(("event", "fields"), CASES, ids=lambda value: type(value).__name__)
def test_an_event_is_sent_with_exactly_these_fields(event: events.Event, fields: dict[str, Any]) -> None:
    assert orjson.loads(encode(event)) == fields


def test_every_event_has_a_case() -> None:
    assert {type(event) for event, _ in CASES} == set(get_args(events.Event))


def test_the_type_comes_first_so_that_a_client_can_sort_frames_cheaply() -> None:
    for event, fields in CASES:
        assert encode(event).startswith(b'{"type":"' + fields["type"].encode())


@pytest.mark.parametrize("odd", ["caf\udce9", 2**70, nested(400)], ids=["surrogate", "integer", "nesting"])
def test_what_the_fast_encoder_refuses_is_sent_all_the_same(odd: Any) -> None:
    frame = encode(events.ToolReturned("m", CALL, odd, 1.0))
    assert json.loads(frame)["result"] == odd
