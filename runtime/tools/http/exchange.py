"""One call's requests: sent, sent again where that is harmless, and read within their bounds."""

from __future__ import annotations

import asyncio
import logging
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

from runtime.backoff import pause, retry_after
from runtime.errors import ToolError
from runtime.redaction import Redaction
from runtime.settings import HttpSettings
from runtime.tools.http.addresses import AddressRefusedError, Network
from runtime.tools.http.answer import REDIRECTS, Answer, Statuses, header_text, is_expected, unpacked
from runtime.tools.http.client import HttpClient
from runtime.tools.http.request import Request

if TYPE_CHECKING:
    from aiohttp import ClientResponse

IDEMPOTENT = frozenset({"GET", "PUT", "DELETE"})
"""Methods with which two requests do what one does (RFC 9110 section 9.2.2)."""

_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 2.0
_SAFE_IN_LOCATION = "/%:@!$&'()*+,;=~?#[]"

_log = logging.getLogger("runtime.tools")


class UnreachableError(ToolError):
    """No answer came. The text names no host: a model may read it."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Sends the requests of a tool as its settings say. `redaction` is for what is told of a connection."""

    tool: str
    settings: HttpSettings
    client: HttpClient
    allowed: tuple[Network, ...]
    redaction: Redaction

    async def send(self, request: Request, seconds: float, expected: Statuses) -> Answer:
        """Return the last answer, whatever its status; raises ToolError where none came within `seconds`.

        A temporary refusal is tried again where the settings allow it, unless its status is an expected one.
        """
        retries, loop = self.settings.retry, asyncio.get_running_loop()
        last: Answer | UnreachableError = UnreachableError("The service cannot be reached")
        deadline = loop.time() + seconds
        for attempt in range(1, retries + 2):
            asked: float | None = None
            try:
                last, asked = await self._attempt(request, (deadline - loop.time()) / (retries + 2 - attempt))
            except UnreachableError as error:
                last = error
            if isinstance(last, Answer) and not _is_temporary(last.status, expected):
                break
            asked = asked if asked is None else max(asked, _FIRST_PAUSE)
            wait = pause(attempt, asked, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)
            if attempt > retries or loop.time() + wait >= deadline:
                break
            await asyncio.sleep(wait)  # noqa: TID251 - passing time is what this waits for
        if isinstance(last, UnreachableError):
            raise last
        return last

    async def _attempt(self, request: Request, share: float) -> tuple[Answer, float | None]:
        """One attempt, in its share of the time that is left unless the spec gives it less."""
        limit = min(share, (self.settings.timeout_ms or math.inf) / 1000)
        try:
            async with asyncio.timeout(max(limit, 0.001)):
                return await self._follow(request)
        except TimeoutError:
            raise UnreachableError(f"The service did not answer within {limit:.3g} s") from None

    async def _follow(self, request: Request) -> tuple[Answer, float | None]:
        """Send, and follow what may be followed: a GET, on the same origin, as often as the spec allows."""
        for left in range(self.settings.max_redirects, -1, -1):
            answer, asked, location = await self._once(request)
            onward = _onward(request.url, location) if left and location else ""
            if not (onward and self._may_follow(request, answer.status, onward)):
                return answer, asked
            request = replace(request, url=onward)
        raise AssertionError("the last attempt returns")

    @staticmethod
    def _may_follow(request: Request, status: int, onward: str) -> bool:
        same_origin = urlsplit(onward)[:2] == urlsplit(request.url)[:2]
        return status in REDIRECTS and request.method == "GET" and same_origin

    async def _once(self, request: Request) -> tuple[Answer, float | None, str]:
        from aiohttp import ClientError
        from yarl import URL

        session = self.client.session(self.allowed)
        try:
            async with session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=request.headers,
                data=request.body,
                allow_redirects=False,
            ) as response:
                answer = await self._read(response)
                asked = _asked(response.headers.get("Retry-After", ""))
                return answer, asked, response.headers.get("Location", "")
        except ClientError as error:
            raise self._unreachable(error) from None
        except (OSError, ValueError) as error:  # a host that is no name; a cut connection
            raise self._unreachable(error) from None

    async def _read(self, response: ClientResponse) -> Answer:
        limit = self.settings.max_response_bytes
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.content.iter_any():
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                response.close()  # the rest is not wanted, and a connection in the middle of it is of no use
                break
        hidden = self.redaction.text  # before anything of it is cut
        data, cut = unpacked(b"".join(chunks), hidden(response.headers.get("Content-Encoding", "")), limit)
        content_type = header_text(hidden(response.headers.get("Content-Type", "")))
        reason = header_text(hidden(response.reason or ""))
        return Answer(response.status, reason, content_type, data, cut or size > limit)

    def _unreachable(self, error: Any) -> UnreachableError:
        from aiohttp import ClientResponseError

        inner = getattr(error, "os_error", None)
        # What aiohttp tells of an answer that is none is a piece of it, cut anywhere.
        told = "" if isinstance(error, ClientResponseError) else f": {self.redaction.text(str(error))}"
        why = header_text(f"{type(error).__name__}{told}")
        _log.warning("the service of the tool %s gave no answer: %s", self.tool, why)
        if isinstance(inner, AddressRefusedError) or isinstance(error, AddressRefusedError):
            return UnreachableError("The service is not on the public internet, and may not be reached from here")
        if "Payload" in type(error).__name__ or "Disconnected" in type(error).__name__:
            return UnreachableError("The service broke off its answer")
        if isinstance(error, ClientResponseError):
            return UnreachableError("The service answered with something that is not HTTP")
        return UnreachableError("The service cannot be reached")


def _is_temporary(status: int, expected: Statuses) -> bool:
    return status in _TEMPORARY and not is_expected(status, expected)


def _onward(url: str, location: str) -> str:
    """The address that a redirect leads to, encoded; empty where it is none."""
    try:
        return urljoin(url, quote(location, safe=_SAFE_IN_LOCATION, errors="surrogateescape"))
    except ValueError:
        return ""


def _asked(header: str) -> float | None:
    try:
        return retry_after(header)
    except OverflowError:  # a date beyond all calendars
        return None
