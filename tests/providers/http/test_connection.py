from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.providers.http.connection import MAX_HEAD_BYTES, Connection
from runtime.providers.http.errors import DisconnectedError, MalformedError
from runtime.providers.http.response import HIGH_WATER, Response
from tests.providers.http.raw_server import CHUNKED, OK


class Line:
    """A transport without a socket."""

    def __init__(self) -> None:
        self.sent = b""
        self.unsent = 0
        self.aborted = False
        self.reading = True

    def write(self, data: bytes) -> None:
        self.sent += data

    def abort(self) -> None:
        self.aborted = True

    def is_closing(self) -> bool:
        return self.aborted

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


class Lender:
    """Notes what becomes of a connection."""

    def __init__(self) -> None:
        self.returned: list[bool] = []
        self.forgotten = 0

    def take_back(self, connection: Connection, *, reusable: bool) -> None:
        self.returned.append(reusable)

    def forget(self, connection: Connection) -> None:
        self.forgotten += 1


class Rig:
    """A connection that is busy with one request."""

    def __init__(self) -> None:
        self.line = Line()
        self.lender = Lender()
        self.connection = Connection(self.lender)
        self.connection.connection_made(cast("Any", self.line))
        self.response = self.ask()

    def ask(self) -> Response:
        loop = asyncio.get_running_loop()
        response = Response(loop, self.connection, loop.time() + 60)
        self.connection.exchange(b"GET / HTTP/1.1\r\n\r\n", response)
        return response

    def receive(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.connection.data_received(piece)


async def test_a_response_with_a_length_is_read_and_the_connection_returned() -> None:
    rig = Rig()
    rig.receive(b"HTTP/1.1 201 Created\r\nX-Some: a\r\nx-some: b\r\ncontent-length: 5\r\n\r\nhello")
    await rig.response.head()
    assert (rig.response.status, rig.response.header(b"x-some")) == (201, "a, b")
    assert rig.response.header(b"x-other") == ""
    assert await rig.response.read(100) == b"hello"
    assert rig.lender.returned == [True]


async def test_the_pieces_of_one_read_are_joined() -> None:
    rig = Rig()
    rig.receive(CHUNKED + b"3\r\nabc\r\n3\r\ndef\r\n")
    await rig.response.head()
    assert await rig.response.take() == b"abcdef"
    rig.receive(b"2\r\ngh\r\n0\r\nx-trailer: 1\r\n\r\n")
    assert [piece async for piece in rig.response] == [b"gh"]
    assert rig.response.header(b"x-trailer") == ""


async def test_interim_responses_are_read_past() -> None:
    rig = Rig()
    rig.receive(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n", OK)
    await rig.response.head()
    assert rig.response.status == 200
    assert rig.response.header(b"link") == ""
    assert await rig.response.read(10) == b"ok"


async def test_a_response_without_a_body_is_complete_with_its_headers() -> None:
    rig = Rig()
    rig.receive(b"HTTP/1.1 204 No Content\r\n\r\n")
    assert await rig.response.take() == b""
    assert rig.lender.returned == [True]


async def test_a_body_without_length_ends_with_the_connection() -> None:
    rig = Rig()
    rig.receive(b"HTTP/1.0 200 OK\r\n\r\nall of", b" it")
    rig.connection.connection_lost(None)
    assert await rig.response.read(100) == b"all of it"
    assert rig.lender.returned == [False]


async def test_a_body_that_a_broken_connection_ends_is_an_error() -> None:
    rig = Rig()
    rig.receive(b"HTTP/1.0 200 OK\r\n\r\nsome")
    rig.connection.connection_lost(ConnectionResetError())
    assert await rig.response.take() == b"some"
    with pytest.raises(DisconnectedError):
        await rig.response.take()


@pytest.mark.parametrize("start", [CHUNKED + b"3\r\nabc\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc"])
async def test_a_body_that_is_cut_short_is_an_error_after_what_came(start: bytes) -> None:
    rig = Rig()
    rig.receive(start)
    rig.connection.connection_lost(None)
    assert await rig.response.take() == b"abc"
    with pytest.raises(DisconnectedError):
        await rig.response.take()
    assert rig.lender.returned == [False]


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok",
    ],
)
async def test_a_server_that_will_close_gets_no_second_request(head: bytes) -> None:
    rig = Rig()
    rig.receive(head)
    assert await rig.response.read(10) == b"ok"
    assert rig.lender.returned == [False]
    assert rig.line.aborted


async def test_an_answer_that_overtakes_its_request_ends_the_connection() -> None:
    rig = Rig()
    rig.line.unsent = 10
    rig.receive(OK)
    assert await rig.response.read(10) == b"ok"
    assert rig.lender.returned == [False]


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n...",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_an_error(garbage: bytes) -> None:
    rig = Rig()
    rig.receive(garbage)
    with pytest.raises(MalformedError):
        await rig.response.head()
    assert rig.line.aborted
    assert rig.lender.returned == [False]


async def test_a_broken_chunk_is_an_error_after_what_came_before_it() -> None:
    rig = Rig()
    rig.receive(CHUNKED + b"3\r\nabc\r\nzz\r\n")
    assert await rig.response.take() == b"abc"
    with pytest.raises(MalformedError):
        await rig.response.take()


async def test_endless_headers_are_an_error() -> None:
    rig = Rig()
    rig.receive(b"HTTP/1.1 200 OK\r\n")
    for _ in range(MAX_HEAD_BYTES // 1000 + 1):
        if not rig.line.aborted:
            rig.receive(b"x-more: " + b"y" * 1000 + b"\r\n")
    with pytest.raises(MalformedError):
        await rig.response.head()


async def test_a_second_answer_is_never_taken_for_that_of_the_next_request() -> None:
    rig = Rig()
    rig.receive(OK + OK)
    assert rig.lender.returned == [False]
    assert rig.line.aborted


async def test_bytes_on_an_idle_connection_end_it() -> None:
    rig = Rig()
    rig.receive(OK)
    rig.receive(b"HTTP/1.1 408 Request Timeout\r\n\r\n")
    assert rig.line.aborted


async def test_an_idle_connection_that_closes_is_forgotten() -> None:
    rig = Rig()
    rig.receive(OK)
    rig.connection.connection_lost(None)
    assert rig.lender.forgotten == 1
    assert not rig.connection.is_open


async def test_a_reader_that_is_behind_stops_the_server_until_it_has_caught_up() -> None:
    rig = Rig()
    rig.receive(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
    rig.receive(bytes(HIGH_WATER))
    assert rig.line.reading
    rig.receive(b"x", b"y")
    assert not rig.line.reading
    assert len(await rig.response.take()) == HIGH_WATER + 2
    assert rig.line.reading


async def test_a_connection_that_was_stopped_reads_again_when_it_is_returned() -> None:
    rig = Rig()
    size = HIGH_WATER + 1
    rig.receive(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size + bytes(size))
    assert rig.lender.returned == [True]
    assert rig.line.reading
    assert len(await rig.response.take()) == size


async def test_leaving_a_response_cuts_the_connection_at_once() -> None:
    rig = Rig()
    rig.receive(CHUNKED + b"3\r\nabc\r\n")
    rig.response.close()
    assert rig.line.aborted
    assert rig.lender.returned == [False]
    with pytest.raises(DisconnectedError):
        await rig.response.take()
    rig.response.close()
    rig.connection.connection_lost(None)
    assert rig.lender.returned == [False]


async def test_leaving_a_response_that_has_arrived_keeps_the_connection() -> None:
    rig = Rig()
    rig.receive(OK)
    rig.response.close()
    assert not rig.line.aborted
    assert rig.lender.returned == [True]


async def test_a_released_response_returns_the_connection_when_its_rest_has_come() -> None:
    rig = Rig()
    rig.receive(CHUNKED + b"3\r\nabc\r\n")
    rig.response.release()
    assert rig.lender.returned == []
    rig.receive(b"3\r\ndef\r\n", b"0\r\n\r\n")
    assert rig.lender.returned == [True]


async def test_a_released_response_whose_rest_is_long_cuts_the_connection() -> None:
    rig = Rig()
    rig.receive(CHUNKED)
    rig.response.release()
    rig.receive(b"%x\r\n" % 200_000 + bytes(100_000))
    assert rig.line.aborted
    assert rig.lender.returned == [False]


async def test_a_response_released_while_the_server_was_stopped_reads_on() -> None:
    rig = Rig()
    rig.receive(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n" + bytes(HIGH_WATER + 1))
    assert not rig.line.reading
    rig.response.release()
    assert rig.line.reading


async def test_releasing_before_the_headers_is_leaving() -> None:
    rig = Rig()
    rig.response.release()
    assert rig.line.aborted


async def test_a_response_has_one_reader() -> None:
    rig = Rig()
    first = rig.response.head()
    first.send(None)
    with pytest.raises(AssertionError, match="one reader"):
        await rig.response.head()
    first.close()


async def test_one_connection_carries_many_exchanges() -> None:
    rig = Rig()
    rig.receive(OK)
    for _ in range(3):
        response = rig.ask()
        rig.receive(OK[:20], OK[20:])
        assert await response.read(10) == b"ok"
    assert rig.connection.exchanges == 4
    assert rig.lender.returned == [True] * 4


BODY = bytes(range(256)) * 3
CHUNKS = b"".join(b"%x\r\n%b\r\n" % (len(BODY[i : i + 100]), BODY[i : i + 100]) for i in range(0, len(BODY), 100))
RESPONSES = (
    b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(BODY) + BODY,
    CHUNKED + CHUNKS + b"0\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n" + CHUNKED + CHUNKS + b"0\r\n\r\n",
)


@settings(deadline=None, max_examples=60)
@given(response=st.sampled_from(RESPONSES), cuts=st.lists(st.integers(0, 1200), max_size=40))
def test_a_response_is_the_same_wherever_the_network_cuts_it(response: bytes, cuts: list[int]) -> None:
    async def run() -> tuple[int, bytes, list[bool]]:
        rig = Rig()
        places = [0, *sorted(cut for cut in cuts if cut < len(response)), len(response)]
        for begin, end in pairwise(places):
            if begin < end:
                rig.receive(response[begin:end])
        return rig.response.status, await rig.response.read(10_000), rig.lender.returned

    assert asyncio.run(run()) == (200, BODY, [True])
