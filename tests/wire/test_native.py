import base64
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.errors import ClientError
from runtime.wire.messages import Audio, ClearHistory, ClientMessage, Interrupt, Ping, Playback, Transcript
from runtime.wire.native import MAX_TEXT_CHARS, decode

CODES = {"bad_json", "bad_message", "unknown_type", "bad_audio", "too_large"}


def read(fields: Any, limit: int = 1000) -> ClientMessage:
    return decode(orjson.dumps(fields), max_audio_bytes=limit)


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"type": "transcript", "text": "Hello"}, Transcript("Hello")),
        ({"type": "transcript", "text": "Hello", "extra": [1]}, Transcript("Hello")),
        ({"type": "audio", "data": encoded(b"abc")}, Audio(b"abc", None, None)),
        (
            {"type": "audio", "data": encoded(b"abc"), "format": "wav", "sampleRate": 16000, "duration": 2},
            Audio(b"abc", "wav", 16000),
        ),
        (
            {"type": "audio", "data": encoded(b"abc"), "format": None, "sampleRate": 8000.0},
            Audio(b"abc", None, 8000),
        ),
        ({"type": "interrupt"}, Interrupt("client_request")),
        ({"type": "interrupt", "reason": "user_speaking"}, Interrupt("user_speaking")),
        (
            {"type": "interrupt", "messageId": "m1", "playedMs": 120},
            Interrupt("client_request", Playback("m1", 120.0)),
        ),
        ({"type": "playback", "messageId": "m1", "playedMs": 0}, Playback("m1", 0.0)),
        ({"type": "clear_history"}, ClearHistory()),
        ({"type": "ping"}, Ping()),
        ({"type": "ping", "id": 7}, Ping(7)),
    ],
)
def test_documented_messages_are_understood(fields: Any, message: ClientMessage) -> None:
    assert read(fields) == message


@pytest.mark.parametrize(
    ("frame", "code", "says"),
    [
        (b"{", "bad_json", "not valid JSON"),
        (b"\xff\xfe", "bad_json", "not valid JSON"),
        (b'{"type": NaN}', "bad_json", "not valid JSON"),
        (b"[" * 100_000, "bad_json", "not valid JSON"),
        (b"[]", "bad_message", "JSON object"),
        (b"[" + b"[]," * 100_000 + b"[]]", "bad_message", "so many lists"),
        (b'"transcript"', "bad_message", "JSON object"),
        (b"{}", "bad_message", '"type"'),
        (b'{"type": 3}', "bad_message", '"type"'),
        (b'{"type": "sing"}', "unknown_type", "'sing'"),
        (b'{"type": "audio_commit"}', "unknown_type", "audio_commit"),
        (b'{"type": "transcript"}', "bad_message", '"text"'),
        (b'{"type": "transcript", "text": 3}', "bad_message", '"text" must be text'),
        (b'{"type": "transcript", "text": "  "}', "bad_message", '"text" is empty'),
        (orjson.dumps({"type": "transcript", "text": "a" * (MAX_TEXT_CHARS + 1)}), "too_large", "32000"),
        (b'{"type": "audio"}', "bad_message", '"data"'),
        (b'{"type": "audio", "data": ""}', "bad_audio", '"data" is empty'),
        (b'{"type": "audio", "data": "!!!!"}', "bad_audio", "base64"),
        (b'{"type": "audio", "data": "abc"}', "bad_audio", "base64"),
        ('{"type": "audio", "data": "ä"}'.encode(), "bad_audio", "base64"),
        (b'{"type": "audio", "data": "QUJD", "format": 3}', "bad_message", '"format"'),
        (b'{"type": "audio", "data": "QUJD", "sampleRate": "16k"}', "bad_message", '"sampleRate"'),
        (b'{"type": "audio", "data": "QUJD", "sampleRate": true}', "bad_message", '"sampleRate"'),
        (b'{"type": "audio", "data": "QUJD", "sampleRate": 1}', "bad_message", '"sampleRate"'),
        (orjson.dumps({"type": "audio", "data": encoded(bytes(1001))}), "too_large", "1000 bytes"),
        (orjson.dumps({"type": "audio", "data": encoded(bytes(5000))}), "too_large", "1000 bytes"),
        (b'{"type": "interrupt", "reason": 1}', "bad_message", '"reason"'),
        (b'{"type": "interrupt", "playedMs": 1}', "bad_message", '"messageId"'),
        (b'{"type": "playback", "messageId": "m", "playedMs": -1}', "bad_message", '"playedMs"'),
        (b'{"type": "playback", "messageId": "m", "playedMs": true}', "bad_message", '"playedMs"'),
        (b'{"type": "playback", "messageId": "m"}', "bad_message", '"playedMs"'),
        (b'{"type": "ping", "id": []}', "bad_message", '"id"'),
        (orjson.dumps({"type": "ping", "id": "x" * 300}), "too_large", '"id"'),
    ],
)
def test_everything_else_is_refused_by_its_code(frame: bytes, code: str, says: str) -> None:
    with pytest.raises(ClientError) as refused:
        decode(frame, max_audio_bytes=1000)
    assert refused.value.code == code
    assert says in str(refused.value)
    assert len(str(refused.value)) < 200


def test_audio_of_exactly_the_limit_is_taken() -> None:
    assert read({"type": "audio", "data": encoded(bytes(1000))}) == Audio(bytes(1000), None, None)


def outcome(frame: bytes) -> str:
    try:
        decode(frame, max_audio_bytes=100)
    except ClientError as error:
        return error.code
    return "understood"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**53), 2**53)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["text", "data", "format", "sampleRate", "reason", "messageId", "playedMs", "id"]
TYPES = ["transcript", "audio", "interrupt", "playback", "clear_history", "ping"]


@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_a_message_or_a_refusal(frame: bytes) -> None:
    assert outcome(frame) in CODES | {"understood"}


@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_any_fields_are_a_message_or_a_refusal(kind: str, fields: dict[str, Any]) -> None:
    assert outcome(orjson.dumps({"type": kind, **fields})) in CODES | {"understood"}
