"""Callboard's own protocol: one JSON object in each text frame, each with a `type`.

A superset of the protocol of the TypeScript SDK `voice-agent-ai-sdk`, whose documentation and whose code spell some
fields differently; where they do, both spellings are sent.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, cast

import orjson

from runtime.errors import ClientError
from runtime.wire.messages import Audio, ClearHistory, ClientMessage, Interrupt, Ping, Playback, Transcript

PROTOCOL_VERSION = "1.0"
MAX_TEXT_CHARS = 32_000
"""Longer transcripts are refused: some six hours of talk, and far more than a turn."""

_PLAIN_BYTES = 256 * 1024
_MAX_BRACKETS = 256
"""Parsing `[[],[],…]` costs thirty times its size in memory; no long message of this protocol has any nesting."""

_Fields = Mapping[str, Any]


def decode(frame: bytes | str, *, max_audio_bytes: int) -> ClientMessage:
    """Read one text frame.

    Raises ClientError with code `bad_json`, `bad_message`, `unknown_type`, `bad_audio` or `too_large`.
    """
    if len(frame) > _PLAIN_BYTES and _brackets(frame) > _MAX_BRACKETS:
        raise ClientError("bad_message", "A long message holds one long text, and not so many lists and objects.")
    try:
        message = orjson.loads(frame)
    except orjson.JSONDecodeError:
        raise ClientError("bad_json", "The message is not valid JSON.") from None
    if not isinstance(message, dict):
        raise ClientError("bad_message", 'A message is a JSON object with a "type".')
    fields = cast("dict[str, Any]", message)
    kind = fields.get("type")
    if not isinstance(kind, str):
        raise ClientError("bad_message", 'The field "type" must be text, such as "transcript".')
    if kind == "audio":
        return _audio(fields, max_audio_bytes)
    reader = _READERS.get(kind)
    if reader is None:
        raise ClientError("unknown_type", f"No message has the type {_shown(kind)}. Known: {_KNOWN}.")
    return reader(fields)


def _brackets(frame: bytes | str) -> int:
    if isinstance(frame, str):
        return frame.count("[") + frame.count("{")
    return frame.count(b"[") + frame.count(b"{")


def _transcript(fields: _Fields) -> Transcript:
    text = _text(fields, "text")
    if not text.strip():
        raise ClientError("bad_message", 'The field "text" is empty.')
    if len(text) > MAX_TEXT_CHARS:
        raise ClientError("too_large", f'The field "text" is longer than {MAX_TEXT_CHARS} characters.')
    return Transcript(text)


def _audio(fields: _Fields, max_audio_bytes: int) -> Audio:
    encoded = _text(fields, "data")
    if len(encoded) > (max_audio_bytes + 2) // 3 * 4 + 2:
        raise ClientError("too_large", f"The audio is larger than {max_audio_bytes} bytes.")
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ClientError("bad_audio", 'The field "data" is not valid base64.') from None
    if not data:
        raise ClientError("bad_audio", 'The field "data" is empty.')
    if len(data) > max_audio_bytes:
        raise ClientError("too_large", f"The audio is larger than {max_audio_bytes} bytes.")
    audio_format = _optional_text(fields, "format")
    rate = fields.get("sampleRate")
    if rate is not None and (type(rate) not in (int, float) or rate != int(rate) or not 4000 <= rate <= 192_000):
        raise ClientError("bad_message", 'The field "sampleRate" must be a whole number from 4000 to 192000.')
    return Audio(data, audio_format, None if rate is None else int(rate))


def _interrupt(fields: _Fields) -> Interrupt:
    reason = (_optional_text(fields, "reason") or "client_request")[:200]
    if "messageId" in fields or "playedMs" in fields:
        return Interrupt(reason, _playback(fields))
    return Interrupt(reason)


def _playback(fields: _Fields) -> Playback:
    message_id = _text(fields, "messageId")
    played = fields.get("playedMs")
    if type(played) not in (int, float) or played is None or played < 0:
        raise ClientError("bad_message", 'The field "playedMs" must be a number of milliseconds, 0 or more.')
    return Playback(message_id, float(played))


def _clear_history(_fields: _Fields) -> ClearHistory:
    return ClearHistory()


def _ping(fields: _Fields) -> Ping:
    identifier = fields.get("id")
    if identifier is not None and type(identifier) not in (str, int, float):
        raise ClientError("bad_message", 'The field "id" must be text or a number.')
    if isinstance(identifier, str) and len(identifier) > 200:
        raise ClientError("too_large", 'The field "id" is longer than 200 characters.')
    return Ping(identifier)


_READERS: dict[str, Callable[[_Fields], ClientMessage]] = {
    "transcript": _transcript,
    "interrupt": _interrupt,
    "playback": _playback,
    "clear_history": _clear_history,
    "ping": _ping,
}
_KNOWN = ", ".join(["audio", *_READERS])


def _text(fields: _Fields, key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str):
        raise ClientError("bad_message", f'The field "{key}" must be text.')
    return value


def _optional_text(fields: _Fields, key: str) -> str | None:
    return None if fields.get(key) is None else _text(fields, key)


def _shown(kind: str) -> str:
    return repr(kind if len(kind) <= 40 else kind[:40] + "…")
