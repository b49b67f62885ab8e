"""One connection: bytes of the socket into the parser, news of the parser to the response it is busy with."""

from __future__ import annotations

import asyncio
from enum import Enum, auto
from typing import Protocol, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from typing_extensions import override

from runtime.providers.http.errors import DisconnectedError, HttpError, MalformedError
from runtime.providers.http.response import Response

MAX_HEAD_BYTES = 64 * 1024


class Stage(Enum):
    """Where the parser stands."""

    IDLE = auto()
    HEAD = auto()
    INTERIM = auto()  # a 1xx response, which the real one follows (RFC 9110 §15.2)
    BODY = auto()
    COMPLETE = auto()


class Owner(Protocol):
    """Whoever lent the connection; told once at the end of each exchange."""

    def take_back(self, connection: Connection, *, reusable: bool) -> None:
        """The exchange is over."""
        ...

    def forget(self, connection: Connection) -> None:
        """The connection closed while it was idle."""
        ...


class Connection(asyncio.Protocol):
    """Carries one exchange at a time; `exchanges` counts them."""

    __slots__ = (
        "_head_bytes",
        "_headers",
        "_keep_alive",
        "_owner",
        "_parser",
        "_parts",
        "_paused",
        "_response",
        "_stage",
        "_transport",
        "exchanges",
    )

    def __init__(self, owner: Owner) -> None:
        self.exchanges = 0
        self._owner = owner
        self._transport: asyncio.Transport | None = None
        self._parser: HttpResponseParser | None = None
        self._response: Response | None = None
        self._stage = Stage.IDLE
        self._headers: dict[bytes, bytes] = {}
        self._head_bytes = 0
        self._keep_alive = False
        self._paused = False
        self._parts: list[bytes] = []  # of the body, out of one read

    @property
    def is_open(self) -> bool:
        """Whether a request can still be written to it."""
        return self._transport is not None and not self._transport.is_closing()

    @property
    def was_answered(self) -> bool:
        """Whether any byte of an answer to the last request came."""
        return self._head_bytes > 0

    def exchange(self, request: bytes, response: Response) -> None:
        """Send a request; `response` hears the answer."""
        assert self._transport is not None
        assert self._response is None, "a connection carries one exchange at a time"
        self._response = response
        self._stage = Stage.HEAD
        self._headers = {}
        self._head_bytes = 0
        self.exchanges += 1
        self._transport.write(request)

    def abort(self) -> None:
        """Cut the connection, whatever it carries. The response is not told: it is the one that asks."""
        if self._transport is not None:
            self._transport.abort()
        self._hand_back(reusable=False)

    def pause(self) -> None:
        """Stop reading the socket; the server's window fills up."""
        if not self._paused and self.is_open:
            assert self._transport is not None
            self._transport.pause_reading()
            self._paused = True

    def resume(self) -> None:
        """Read the socket again."""
        if self._paused and self.is_open:
            assert self._transport is not None
            self._transport.resume_reading()
            self._paused = False

    # -- asyncio.Protocol

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._parser = HttpResponseParser(self)

    @override
    def data_received(self, data: bytes) -> None:
        response = self._response
        if response is None or self._parser is None:
            self.abort()  # nothing was asked, so nothing that comes can be an answer
            return
        malformed = False
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            malformed = True
        parts = self._parts
        if parts:
            response.feed(parts[0] if len(parts) == 1 else b"".join(parts))
            parts.clear()
        if malformed or self._head_too_long(len(data)):
            self._break_off(MalformedError("sent something that is not HTTP"))
        elif self._stage is Stage.COMPLETE:
            self._complete()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        # The parser holds bound methods of this object: a cycle, which would wait for garbage collection.
        self._transport = self._parser = None
        if self._response is None:
            self._owner.forget(self)
        elif exc is None and self._stage is Stage.BODY and self._ends_with_connection():
            self._keep_alive = False
            self._complete()
        else:
            self._break_off(DisconnectedError("closed the connection before its answer was complete"))

    # -- httptools callbacks

    def on_message_begin(self) -> None:
        """A second answer to one request would be taken for the answer to the next: refused."""
        if self._stage in (Stage.IDLE, Stage.COMPLETE):
            raise MalformedError("sent an answer to no request")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Repeated headers are joined (RFC 9110 §5.3); trailers are ignored."""
        if self._stage is Stage.HEAD:
            name = name.lower()
            known = self._headers.get(name)
            self._headers[name] = value if known is None else known + b", " + value

    def on_headers_complete(self) -> None:
        """The answer proper begins, unless this was an interim one."""
        assert self._parser is not None
        assert self._response is not None
        status = self._parser.get_status_code()
        if status < 200:
            self._stage = Stage.INTERIM
            self._headers = {}
            return
        self._stage = Stage.BODY
        self._keep_alive = self._parser.should_keep_alive()
        self._response.began(status, self._headers)

    def on_body(self, data: bytes) -> None:
        """Collected until the read is parsed, so that the reader wakes once per read."""
        self._parts.append(data)

    def on_message_complete(self) -> None:
        """The end, acted upon when the read is parsed."""
        self._stage = Stage.HEAD if self._stage is Stage.INTERIM else Stage.COMPLETE

    # -- ends

    def _head_too_long(self, size: int) -> bool:
        if self._stage not in (Stage.HEAD, Stage.INTERIM):
            return False
        self._head_bytes += size
        return self._head_bytes > MAX_HEAD_BYTES

    def _ends_with_connection(self) -> bool:
        return b"content-length" not in self._headers and b"transfer-encoding" not in self._headers

    def _complete(self) -> None:
        response = self._response
        assert response is not None
        # An answer that came before all of the request was out leaves the rest of it on the line.
        reusable = self._keep_alive and self.is_open and not self._unsent()
        response.completed()
        if reusable:
            self.resume()
        elif self._transport is not None:
            self._transport.abort()
        self._hand_back(reusable=reusable)

    def _break_off(self, error: HttpError) -> None:
        response = self._response
        self.abort()
        if response is not None:
            response.failed(error)

    def _unsent(self) -> int:
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    def _hand_back(self, *, reusable: bool) -> None:
        if self._response is not None:
            self._response = None
            self._stage = Stage.IDLE
            self._headers = {}
            self._owner.take_back(self, reusable=reusable)
