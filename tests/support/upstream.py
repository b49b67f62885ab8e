"""A server on a free loopback port that speaks OpenAI's wire format and does what a test tells it.

    async def test_it(upstream: Upstream) -> None:              # the fixture of tests/conftest.py
        upstream.chat.script(Chat("Hello there."))              # the next request gets this answer,
        upstream.chat.script(rate_limited("1"), Chat(calls=[Call("get_time")]))    # the next two these
        upstream.chat.default = lambda request: Chat(request.body["messages"][-1]["content"])    # all others

`base_url` and `api_key` are what to configure; `env` has both as environment variables. There are three
routes, `chat`, `speech` and `transcriptions`, and each has

    script(*replies)     the next answers, in order; a reply is a value or a function of the `Request`
    default              the answer when the script is used up
    requests             every `Request` received: headers, decoded body, uploaded file
    in_flight            requests received and neither answered in full nor given up
    started, completed   requests received, and answered in full (refusals too)
    cancelled            requests whose connection the client closed before the answer was out
    cut                  requests whose connection the upstream closed, told so by `Cut()`
    wait(in_flight=1)    waits until the counters are so (started, completed, cancelled and cut: at least so);
                         fails after five seconds. Never sleep: wait

At any time `started == in_flight + completed + cancelled + cut`. `connections` counts TCP connections.

Replies (`upstream_replies.py`): `Chat`, `Speech`, `Words`, `Raw` (any bytes), `Refusal` (any status),
`rate_limited`, `html_page`, `Silence`. `Chat` and `Speech` take `at={n: step}`: before the n-th event or
piece the upstream does the step:

    hold = Hold()
    upstream.speech.script(Speech(at={1: hold}))    # the first piece goes out, the rest when released
    ...                                             # whatever the client has now was streamed
    hold.release()

`Hold()` waits (`await hold.reached.wait()` to know that it is there), `Stall()` waits for ever, `Pause(0.1)` for so
many seconds, `Cut()` drops the connection, bytes are sent as they are (`MALFORMED` is a broken event). A step is one
write.

Requests are checked as strictly as the real API does (`upstream_rules.py`), most of all the order of
messages: every tool call is answered before the next user or assistant message, and no tool message is
without its call. What is wrong is answered with 400; a missing key with 401. The sounds are real enough to be
cut into parts: see `upstream_sounds.py`.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from types import TracebackType
from typing import Self, assert_never

from aiohttp import BodyPartReader, web

from tests.support.upstream_replies import (
    MALFORMED,
    Call,
    Chat,
    Cut,
    Hold,
    Pause,
    Raw,
    Refusal,
    Reply,
    Request,
    Silence,
    Speech,
    Stall,
    Step,
    Words,
    chunk,
    event,
    html_page,
    rate_limited,
)
from tests.support.upstream_rules import chat_problem, speech_problem
from tests.support.upstream_sounds import MIME_TYPES, sound

__all__ = [
    "MALFORMED",
    "MIME_TYPES",
    "Call",
    "Chat",
    "Cut",
    "Hold",
    "Pause",
    "Raw",
    "Refusal",
    "Reply",
    "Request",
    "Route",
    "Silence",
    "Speech",
    "Stall",
    "Step",
    "Upstream",
    "Words",
    "chunk",
    "event",
    "html_page",
    "rate_limited",
    "sound",
]

Scripted = Reply | Callable[[Request], Reply]
_WAIT_SECONDS = 5.0


class Route:
    """One address of the upstream: its script and its counters."""

    def __init__(self, default: Scripted, problem: Callable[[dict[str, object]], str | None]) -> None:
        self.default = default
        self.requests: list[Request] = []
        self.in_flight = self.started = self.completed = self.cancelled = self.cut = 0
        self._script: deque[Scripted] = deque()
        self._problem = problem
        self._changed = asyncio.Event()

    def script(self, *replies: Scripted) -> None:
        """Answer the next requests with these."""
        self._script.extend(replies)

    async def wait(self, **counters: int) -> None:
        """Wait until each named counter is as high as given, or, for `in_flight`, equal to it."""
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                while not all(self._has(name, count) for name, count in counters.items()):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            names = ("started", "in_flight", "completed", "cancelled", "cut")
            state = {name: getattr(self, name) for name in names}
            raise AssertionError(f"waited in vain for {counters}: {state}") from None

    def reply_to(self, request: Request) -> Reply:
        """Note the request and choose its answer."""
        self.requests.append(request)
        if not request.headers.get("authorization", "").removeprefix("Bearer ").strip():
            return Refusal(401, "You didn't provide an API key.", "invalid_api_key")
        if problem := self._problem(request.body):
            return Refusal(400, problem, "invalid_request_error")
        scripted = self._script.popleft() if self._script else self.default
        return scripted(request) if callable(scripted) else scripted

    def count(self, **changes: int) -> None:
        """Change counters, and wake those who wait for them."""
        for name, change in changes.items():
            setattr(self, name, getattr(self, name) + change)
        self._changed.set()

    def _has(self, name: str, count: int) -> bool:
        value: int = getattr(self, name)
        return value == count if name == "in_flight" else value >= count


class Upstream:
    """The server; an async context manager. `tls` makes it an https one."""

    api_key = "sk-test-0123456789abcdef"

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.base_url = ""
        self.chat = Route(Chat("All right."), chat_problem)
        self.speech = Route(Speech(), speech_problem)
        self.transcriptions = Route(Words(), lambda body: None if "model" in body else "model is missing")
        self._tls = tls
        self._connections: set[object] = set()  # kept, so that none has the identity of an earlier one
        self._runner = web.AppRunner(self._app(), handler_cancellation=True, shutdown_timeout=0.05, access_log=None)

    @property
    def connections(self) -> int:
        """How many connections have carried a request."""
        return len(self._connections)

    @property
    def env(self) -> dict[str, str]:
        """The environment of a client of this server."""
        return {"OPENAI_BASE_URL": self.base_url, "OPENAI_API_KEY": self.api_key}

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls)
        await site.start()
        port = self._runner.addresses[0][1]
        self.base_url = f"http://127.0.0.1:{port}/v1" if self._tls is None else f"https://localhost:{port}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", self._handler(self.chat, _json_request))
        app.router.add_post("/v1/audio/speech", self._handler(self.speech, _json_request))
        app.router.add_post("/v1/audio/transcriptions", self._handler(self.transcriptions, _form_request))
        return app

    def _handler(
        self, route: Route, parse: Callable[[web.Request], Awaitable[Request]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(http: web.Request) -> web.StreamResponse:
            self._connections.add(http.protocol)
            route.count(started=1, in_flight=1)
            outcome = "cancelled"
            try:
                request = await parse(http)
                response = await _answer(http, request, route.reply_to(request))
                outcome = "completed"
            except _CutError:
                outcome = "cut"
                raise asyncio.CancelledError from None  # no connection, so no answer
            finally:
                route.count(in_flight=-1, **{outcome: 1})
            return response

        return handle


class _CutError(Exception):
    """The upstream closed the connection itself."""


async def _json_request(http: web.Request) -> Request:
    return Request(_headers(http), json.loads(await http.read()))


async def _form_request(http: web.Request) -> Request:
    fields: dict[str, object] = {}
    file = ("", b"")
    async for part in await http.multipart():
        assert isinstance(part, BodyPartReader), "forms are not nested"
        data = bytes(await part.read())
        if part.filename is not None:
            file = (part.filename, data)
        else:
            fields[part.name or ""] = data.decode()
    return Request(_headers(http), fields, file)


def _headers(http: web.Request) -> dict[str, str]:
    return {name.lower(): value for name, value in http.headers.items()}


async def _answer(http: web.Request, request: Request, reply: Reply) -> web.StreamResponse:
    match reply:
        case Silence():
            await Stall().passed()
            response = web.Response()
        case Refusal():
            response = web.Response(
                status=reply.status,
                text=reply.text,
                headers=dict(reply.headers),
                content_type=reply.content_type,
            )
        case Words():
            if reply.hold is not None:
                await reply.hold.passed()
            response = web.json_response(reply.answer(request))
        case Raw():
            return await _stream(http, reply.steps, reply.content_type)
        case Speech():
            return await _stream(http, reply.steps(request), reply.media_type(request))
        case Chat():
            return await _stream(http, reply.steps(request), "text/event-stream; charset=utf-8")
        case _:
            assert_never(reply)
    # Written here and not by aiohttp afterwards, so that `completed` means that the answer is out.
    await response.prepare(http)
    await response.write_eof()
    return response


async def _stream(http: web.Request, steps: Iterable[Step], content_type: str) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": content_type})
    response.enable_chunked_encoding()
    await response.prepare(http)
    for step in steps:
        match step:
            case Hold():
                await step.passed()
            case Pause():
                await asyncio.sleep(step.seconds)
            case Cut():
                assert http.transport is not None
                http.transport.abort()
                raise _CutError
            case _:
                await response.write(step)
                await asyncio.sleep(0)  # the client may share this loop: let it read
    await response.write_eof()
    return response
