"""Events as frames of the native protocol: the server's half of `native.py`."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import orjson

from runtime import events
from runtime.chat import ToolCall, Usage
from runtime.wire.native import PROTOCOL_VERSION


def encode(event: events.Event) -> bytes:
    """The text frame of one event, as UTF-8."""
    return _ENCODERS[type(event)](event)


def _dumps(fields: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(fields, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        # Half a surrogate pair, an integer beyond 64 bits, nesting beyond 254: JSON all the same.
        return json.dumps(fields, separators=(",", ":")).encode()


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None}


# -- the hot path: once for each delta of the model and each part of audio


def _text_delta(event: events.TextDelta) -> bytes:
    return _dumps({"type": f"{event.kind}_delta", "text": event.text, "id": event.id, "messageId": event.message_id})


def _audio_chunk(event: events.AudioChunk) -> bytes:
    # The sound is spliced in behind the other fields: base64 needs no escaping, so no encoder has to scan it.
    head: dict[str, Any] = {"type": "audio_chunk", "chunkId": event.chunk_id, "messageId": event.message_id}
    head["format"] = event.format
    head["text"] = event.text
    head["part"] = event.part
    head["final"] = event.final
    if event.sample_rate is not None:
        head["sampleRate"] = event.sample_rate
    if event.duration_ms is not None:
        head["durationMs"] = round(event.duration_ms, 3)
    return b'%b,"data":"%b"}' % (_dumps(head)[:-1], base64.b64encode(event.data))


# -- the rest


def _session_opened(event: events.SessionOpened) -> bytes:
    audio = event.audio and {
        "format": event.audio.format,
        "sampleRate": event.audio.sample_rate,
        "binary": event.audio.binary,
    }
    return _dumps(
        {
            "type": "session_init",
            "sessionId": event.session_id,
            "agent": event.agent,
            "generation": event.generation,
            "specDigest": event.spec_digest,
            "audio": audio,
            "protocolVersion": PROTOCOL_VERSION,
        }
    )


def _transcription_ready(event: events.TranscriptionReady) -> bytes:
    return _dumps(_without_none({"type": "transcription_result", "text": event.text, "language": event.language}))


def _transcription_failed(event: events.TranscriptionFailed) -> bytes:
    return _dumps({"type": "transcription_error", "error": event.message, "code": event.code})


def _bare(kind: str) -> Callable[[Any], bytes]:
    def encode_bare(event: Any) -> bytes:
        return _dumps({"type": kind, "messageId": event.message_id})

    return encode_bare


def _step_started(event: events.StepStarted) -> bytes:
    return _dumps({"type": "step_start", "messageId": event.message_id, "step": event.step, "warnings": []})


def _step_finished(event: events.StepFinished) -> bytes:
    return _dumps(
        {
            "type": "step_finish",
            "messageId": event.message_id,
            "step": event.step,
            "finishReason": event.finish_reason,
            "usage": _usage(event.usage),
        }
    )


def _text_started(event: events.TextStarted) -> bytes:
    return _dumps({"type": f"{event.kind}_start", "id": event.id, "messageId": event.message_id})


def _text_ended(event: events.TextEnded) -> bytes:
    return _dumps({"type": f"{event.kind}_end", "id": event.id, "messageId": event.message_id})


def _tool_input_started(event: events.ToolInputStarted) -> bytes:
    return _dumps(
        {
            "type": "tool_input_start",
            "id": event.id,
            "toolName": event.tool_name,
            "messageId": event.message_id,
        }
    )


def _tool_input_delta(event: events.ToolInputDelta) -> bytes:
    return _dumps({"type": "tool_input_delta", "id": event.id, "delta": event.delta, "messageId": event.message_id})


def _tool_input_ended(event: events.ToolInputEnded) -> bytes:
    return _dumps({"type": "tool_input_end", "id": event.id, "messageId": event.message_id})


def _tool(kind: str, event: events.ToolCalled | events.ToolReturned | events.ToolFailed) -> dict[str, Any]:
    call: ToolCall = event.call
    return {
        "type": kind,
        "toolName": call.name,
        "name": call.name,
        "toolCallId": call.id,
        "messageId": event.message_id,
    }


def _tool_called(event: events.ToolCalled) -> bytes:
    return _dumps(_tool("tool_call", event) | {"input": event.input})


def _tool_returned(event: events.ToolReturned) -> bytes:
    return _dumps(_tool("tool_result", event) | {"result": event.result, "durationMs": round(event.duration_ms, 3)})


def _tool_failed(event: events.ToolFailed) -> bytes:
    return _dumps(_tool("tool_error", event) | {"error": event.error})


def _model_finished(event: events.ModelFinished) -> bytes:
    return _dumps(
        {
            "type": "stream_finish",
            "messageId": event.message_id,
            "finishReason": event.finish_reason,
            "usage": _usage(event.usage),
        }
    )


def _model_failed(event: events.ModelFailed) -> bytes:
    return _dumps({"type": "stream_error", "messageId": event.message_id, "error": event.message, "code": event.code})


def _response_aborted(event: events.ResponseAborted) -> bytes:
    return _dumps({"type": "stream_abort", "messageId": event.message_id, "reason": event.reason})


def _speech_interrupted(event: events.SpeechInterrupted) -> bytes:
    return _dumps(
        {
            "type": "speech_interrupted",
            "messageId": event.message_id,
            "reason": event.reason,
            "heardText": event.heard_text,
            "heardMs": round(event.heard_ms),
        }
    )


def _response_completed(event: events.ResponseCompleted) -> bytes:
    calls = [{"toolName": tool.call.name, "toolCallId": tool.call.id, "input": tool.input} for tool in event.tools]
    results = [
        {
            "toolName": tool.call.name,
            "toolCallId": tool.call.id,
            "output": tool.output,
            "result": tool.output,
        }
        for tool in event.tools
    ]
    fields = {
        "type": "response_complete",
        "messageId": event.message_id,
        "text": event.text,
        "reasoning": event.reasoning or None,
        "toolCalls": calls,
        "toolResults": results,
        "interrupted": event.interrupted,
        "usage": _usage(event.usage),
        "latency": {name: round(value, 3) for name, value in event.latency.items()},
    }
    return _dumps(_without_none(fields))


def _history(kind: str) -> Callable[[Any], bytes]:
    def encode_history(event: Any) -> bytes:
        return _dumps({"type": kind, "removedCount": event.removed_count, "reason": event.reason})

    return encode_history


def _warned(event: events.Warned) -> bytes:
    return _dumps({"type": "warning", "code": event.code, "message": event.message})


def _failed(event: events.Failed) -> bytes:
    # `error` repeats the text: the reference's own client reads it there.
    fields = {
        "type": "error",
        "code": event.code,
        "message": event.message,
        "error": event.message,
        "messageId": event.message_id,
        "retryAfterMs": event.retry_after_ms,
    }
    return _dumps(_without_none(fields))


def _ponged(event: events.Ponged) -> bytes:
    return _dumps(_without_none({"type": "pong", "id": event.id}))


def _usage(usage: Usage) -> dict[str, int]:
    return {
        "inputTokens": usage.input_tokens,
        "outputTokens": usage.output_tokens,
        "totalTokens": usage.total_tokens,
    }


_ENCODERS: dict[type, Callable[[Any], bytes]] = {
    events.TextDelta: _text_delta,
    events.AudioChunk: _audio_chunk,
    events.SessionOpened: _session_opened,
    events.TranscriptionReady: _transcription_ready,
    events.TranscriptionFailed: _transcription_failed,
    events.ResponseStarted: _bare("stream_start"),
    events.StepStarted: _step_started,
    events.StepFinished: _step_finished,
    events.TextStarted: _text_started,
    events.TextEnded: _text_ended,
    events.ToolInputStarted: _tool_input_started,
    events.ToolInputDelta: _tool_input_delta,
    events.ToolInputEnded: _tool_input_ended,
    events.ToolCalled: _tool_called,
    events.ToolReturned: _tool_returned,
    events.ToolFailed: _tool_failed,
    events.ModelFinished: _model_finished,
    events.ModelFailed: _model_failed,
    events.ResponseAborted: _response_aborted,
    events.SpeechStarted: _bare("speech_stream_start"),
    events.SpeechEnded: _bare("speech_stream_end"),
    events.SpeechInterrupted: _speech_interrupted,
    events.ResponseCompleted: _response_completed,
    events.HistoryTrimmed: _history("history_trimmed"),
    events.HistoryCleared: _history("history_cleared"),
    events.Warned: _warned,
    events.Failed: _failed,
    events.Ponged: _ponged,
}
