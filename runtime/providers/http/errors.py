"""What can go wrong between us and a server, apart from what the server answers."""

from __future__ import annotations

from runtime.errors import CallboardError


class HttpError(CallboardError):
    """No response, or not all of it. The text completes a sentence: "The server …"."""


class ConnectError(HttpError):
    """No connection could be made."""


class DisconnectedError(HttpError):
    """The connection ended before the response did."""


class ReadTimeoutError(HttpError):
    """The response, or its next piece, did not come in time."""


class MalformedError(HttpError):
    """What came is not HTTP/1.1 as RFC 9112 has it."""
