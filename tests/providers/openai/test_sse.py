from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.providers.openai.sse import MAX_EVENT_BYTES, EventParser, EventTooLargeError

# A stream, and the data of its events by the rules of WHATWG HTML §9.2.6.
STREAMS = [
    (b"data: one\n\ndata: two\n\n", [b"one", b"two"]),
    (b"data: one\r\n\r\ndata: two\r\n\r\n", [b"one", b"two"]),
    (b"data: one\r\rdata: two\r\r", [b"one", b"two"]),
    (b"data: one\r\n\ndata: two\n\r\n", [b"one", b"two"]),
    (b"data: one\r\ndata: two\r\n\r\n", [b"one\ntwo"]),
    (b"\xef\xbb\xbfdata: one\n\n", [b"one"]),
    (b"data: \xef\xbb\xbfone\n\n", [b"\xef\xbb\xbfone"]),
    (b": comment\n\n: another\ndata: one\n: in between\n\n", [b"one"]),
    (b"data: one\ndata: two\ndata\ndata:\n\n", [b"one\ntwo\n\n"]),
    (b"data:one\n\ndata:  one\n\n", [b"one", b" one"]),
    (b"event: x\nid: 1\nretry: 5\ndatabase: no\ndata: one\n\n", [b"one"]),
    (b"event: x\n\n\n\ndata: one\n\n", [b"one"]),
    (b'data: {"text": "caf\xc3\xa9 \xe2\x80\xa8"}\n\n', [b'{"text": "caf\xc3\xa9 \xe2\x80\xa8"}']),
    (b"data: one\n\ndata: never ended\n", [b"one"]),
    (b"data\n\n", [b""]),
    (b"\n\r\r\n", []),
]


@pytest.mark.parametrize(("stream", "events"), STREAMS)
def test_a_stream_read_at_once_gives_its_events(stream: bytes, events: list[bytes]) -> None:
    assert EventParser().feed(stream) == events


@pytest.mark.parametrize(("stream", "events"), STREAMS)
def test_a_stream_read_byte_by_byte_gives_the_same_events(stream: bytes, events: list[bytes]) -> None:
    parser = EventParser()
    assert [event for byte in stream for event in parser.feed(bytes([byte]))] == events


@given(
    choice=st.lists(st.sampled_from(STREAMS), min_size=1, max_size=4),
    cuts=st.lists(st.integers(0, 200), max_size=20),
)
def test_the_cuts_of_the_network_change_nothing(choice: list[tuple[bytes, list[bytes]]], cuts: list[int]) -> None:
    stream = b"\n\n".join(part for part, _ in choice)
    whole = EventParser().feed(stream)
    parser = EventParser()
    places = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]
    pieces = [stream[begin:end] for begin, end in pairwise(places) if begin < end]
    assert [event for piece in pieces for event in parser.feed(piece)] == whole


@given(st.binary(min_size=1, max_size=300), st.integers(1, 7))
def test_any_bytes_are_read_alike_in_pieces_and_at_once(stream: bytes, size: int) -> None:
    parser = EventParser()
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    assert [event for piece in pieces for event in parser.feed(piece)] == EventParser().feed(stream)


def test_a_long_line_in_small_pieces_comes_out_whole() -> None:
    parser = EventParser()
    stream = b"data: " + b"x" * 400_000 + b"\n\n"
    events = [event for start in range(0, len(stream), 100) for event in parser.feed(stream[start : start + 100])]
    assert events == [b"x" * 400_000]


@pytest.mark.parametrize("piece", [b"x" * 100_000, b"data: x\n" * 20_000])
def test_an_event_without_end_is_refused(piece: bytes) -> None:
    parser = EventParser()
    for _ in range(MAX_EVENT_BYTES // len(piece)):
        parser.feed(piece)
    with pytest.raises(EventTooLargeError):
        parser.feed(piece)
