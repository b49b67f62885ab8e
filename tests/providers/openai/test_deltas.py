from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.chat import Usage
from runtime.errors import ProviderError
from runtime.providers.openai.deltas import MAX_BAD_EVENTS, DeltaDecoder
from runtime.providers.openai.faults import Speaker
from runtime.providers.ports import ModelDone, ModelPiece, ReasoningPiece, TextPiece

SPEAKER = Speaker("The model's server", "model_error", "model_timeout", "sk-secret-key")


def decode(*chunks: Any) -> list[ModelPiece]:
    decoder = DeltaDecoder(SPEAKER)
    pieces: list[ModelPiece] = []
    for chunk in chunks:
        decoder.feed(chunk if isinstance(chunk, bytes) else orjson.dumps(chunk), pieces)
    decoder.finish(pieces)
    return pieces


def delta(finish_reason: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish_reason}]}


def test_text_and_reasoning_are_told_apart() -> None:
    assert decode(
        delta(role="assistant", content=""),
        delta(reasoning_content="hm"),
        delta(reasoning="so"),
        delta(content="Hi", reasoning_content=None),
        delta("stop"),
    ) == [ReasoningPiece("hm"), ReasoningPiece("so"), TextPiece("Hi"), ModelDone("stop", Usage())]


def test_a_refusal_is_what_the_model_says() -> None:
    assert decode(delta(content=None, refusal="I cannot."))[0] == TextPiece("I cannot.")


def test_only_the_first_choice_counts() -> None:
    other = {"choices": [{"index": 1, "delta": {"content": "no"}}, {"index": 0, "delta": {"content": "yes"}}]}
    assert decode(other)[0] == TextPiece("yes")


def test_the_last_usage_counts() -> None:
    usage = {"prompt_tokens": 5, "completion_tokens": None}
    later = {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 9}}
    assert decode({"choices": [], "usage": usage}, later, {"usage": None}) == [ModelDone("stop", Usage(5, 9))]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("stop", "stop"),
        ("STOP", "stop"),
        ("length", "length"),
        ("content_filter", "content_filter"),
        ("function_call", "tool_calls"),
        ("end_turn", "stop"),
    ],
)
def test_finish_reasons_are_brought_to_four(written: str, read: str) -> None:
    assert decode(delta(written)) == [ModelDone(read, Usage())]


def test_calls_make_the_finish_reason_whatever_the_server_writes() -> None:
    call = {"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}
    assert decode(delta(tool_calls=[call]), delta("stop"))[-1] == ModelDone("tool_calls", Usage())


def test_a_call_without_a_name_is_an_error() -> None:
    with pytest.raises(ProviderError, match="without naming it"):
        decode(delta(tool_calls=[{"index": 0, "id": "a"}]))


@pytest.mark.parametrize(
    "error",
    [{"message": "The model is overloaded: sk-secret-key", "code": 503}, "The model is overloaded: sk-secret-key"],
)
def test_an_error_in_the_stream_is_raised_without_the_key(error: Any) -> None:
    with pytest.raises(ProviderError, match=r"broke off its answer\.$") as raised:
        decode({"error": error})
    assert raised.value.code == "model_error"
    assert raised.value.detail.startswith("The model is overloaded")
    assert "secret" not in raised.value.detail


BAD_EVENTS = [b"{", b"\xff", b"7", b"[]", b'{"choices": 7}', b'{"choices": [{"delta": {"content": 7}}]}']


@pytest.mark.parametrize("bad", BAD_EVENTS)
def test_few_events_that_cannot_be_read_are_read_past(bad: bytes) -> None:
    assert decode(*[bad] * MAX_BAD_EVENTS, delta(content="Hi"))[0] == TextPiece("Hi")


@pytest.mark.parametrize("bad", BAD_EVENTS)
def test_many_events_that_cannot_be_read_are_an_error(bad: bytes) -> None:
    with pytest.raises(ProviderError, match="cannot be read") as raised:
        decode(*[bad] * (MAX_BAD_EVENTS + 1))
    assert raised.value.code == "model_error"


KEYS = st.sampled_from(
    ["choices", "delta", "content", "tool_calls", "function", "name", "arguments", "id", "index", "usage", "error",
     "prompt_tokens", "finish_reason", "message", "reasoning"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=4), max_size=6))
def test_whatever_a_server_sends_only_provider_errors_come_out(chunks: list[dict[str, Any]]) -> None:
    try:
        pieces = decode(*chunks)
    except ProviderError:
        return
    assert isinstance(pieces[-1], ModelDone)
    assert all(isinstance(piece.text, str) for piece in pieces if isinstance(piece, TextPiece))
