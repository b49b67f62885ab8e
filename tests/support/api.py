"""A service on a free loopback port, for tools that are HTTP requests.

    async with Api() as api:
        api.answers(web.json_response({"id": 7}))      # the next answers, in order; the last one stays
        tool = kit.bind(f"{api.url}/tables/{{{{ args.id }}}}", ...)
        ...
        assert api.seen[0].target == "/tables/7"

An answer is a response, a function of the request, or `bytes`: these are written to the connection as they are, and
the connection is closed after them. `Drip` writes its pieces with pauses and then keeps silent.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came: `target` is what stood in its first line."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Drip:
    """Pieces with pauses between them, and nothing more until the test is over."""

    pieces: tuple[bytes, ...] = ()
    pause: float = 0.02
    endless: bool = False


Answer = web.Response | bytes | Drip | Callable[[Seen], web.Response]


@dataclass
class Api:
    """The server; an async context manager. `connections` counts what anybody opened to it."""

    host: str = "127.0.0.1"
    port: int = 0
    connections: int = 0
    seen: list[Seen] = field(default_factory=list)
    _answers: list[Answer] = field(default_factory=lambda: [web.Response(text="fine")])

    @property
    def url(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def answers(self, *answers: Answer) -> None:
        """Answer the next requests with these, and all later ones with the last."""
        self._answers = list(answers)

    async def __aenter__(self) -> Self:
        self._over = asyncio.Event()
        self._runner = web.ServerRunner(
            web.Server(self._handle, handler_cancellation=True, access_log=None), shutdown_timeout=0.05
        )
        await self._runner.setup()
        assert self._runner.server is not None
        factory: Callable[[], asyncio.Protocol] = self._runner.server
        self._server = await asyncio.get_running_loop().create_server(self._counted(factory), self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._server.close()
        await self._runner.cleanup()

    def _counted(self, factory: Callable[[], asyncio.Protocol]) -> Callable[[], asyncio.Protocol]:
        def make() -> asyncio.Protocol:
            self.connections += 1
            return factory()

        return make

    async def _handle(self, http: web.BaseRequest) -> web.StreamResponse:
        body = await http.read()
        headers = {name.lower(): value for name, value in http.headers.items()}
        request = Seen(http.method, http.raw_path, headers, body)
        self.seen.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, bytes | Drip):
            await self._write(http, answer)
            raise asyncio.CancelledError  # no answer of aiohttp's own
        if isinstance(answer, web.Response):
            return _copied(answer)
        return answer(request)

    async def _write(self, http: web.BaseRequest, answer: bytes | Drip) -> None:
        transport = http.transport
        assert transport is not None
        if isinstance(answer, bytes):
            transport.write(answer)
            transport.close()
            return
        with contextlib.suppress(TimeoutError):
            for piece in answer.pieces:
                transport.write(piece)
                await _within(self._over.wait, answer.pause)
            while answer.endless and not transport.is_closing():
                transport.write(answer.pieces[-1])
                await _within(self._over.wait, answer.pause)
            await self._over.wait()
        transport.abort()


async def _within(wait: Callable[[], Awaitable[object]], seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await wait()


def _copied(answer: web.Response) -> web.Response:
    """A response can be sent once."""
    return web.Response(status=answer.status, reason=answer.reason, headers=answer.headers, body=answer.body)
