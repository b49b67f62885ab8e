"""A tool that is an HTTP request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from runtime.chat import ToolDeclaration
from runtime.errors import ToolError
from runtime.redaction import Redaction
from runtime.settings import HttpSettings
from runtime.sources import SourceRef
from runtime.tools.bounded import Limit
from runtime.tools.context import Call, Caller
from runtime.tools.executor import Executor
from runtime.tools.http.answer import Answer, body_text, is_expected, refusal_of, result_of
from runtime.tools.http.exchange import Exchange
from runtime.tools.http.request import Request, RequestTemplate
from runtime.tools.parameters import Parameters
from runtime.tools.results import jsonable

PROBE_SECONDS = 5.0

AT_ONCE_BYTES = 65_536
"""What is read at once; of a longer answer a thread makes the result, as that would be heard as a gap."""

MAX_TRACE_CHARS = 4_000

GRACE_SECONDS = 1.0
"""For what comes after the last byte, which has come in time."""


@dataclass(frozen=True, slots=True)
class HttpTool:
    """A compiled request, and what makes a result of its answer."""

    declaration: ToolDeclaration
    timeout_ms: int
    settings: HttpSettings = field(repr=False)
    _parameters: Parameters = field(repr=False)
    _template: RequestTemplate = field(repr=False)
    _exchange: Exchange = field(repr=False)
    _redaction: Redaction = field(repr=False)
    _pick: Any = field(repr=False)
    _executor: Executor = field(repr=False)

    @property
    def sources(self) -> tuple[SourceRef, ...]:
        """None: all of it is in the spec."""
        return ()

    def objection(self, arguments: Any) -> str:
        """See `port.Tool`."""
        try:
            self._parameters.accept(arguments)
        except ToolError as error:
            return str(error)
        return ""

    async def call(self, arguments: Any, call: Call | None = None) -> Any:
        """Send the request of one call and return what came back; see `port.Tool`.

        No secret of the request is in the result or in an error, also where the service sends it back.
        """
        call = call or Call(Caller())
        limit = Limit(self.timeout_ms / 1000 + GRACE_SECONDS)
        try:
            work = self._perform(arguments, call, limit)
            return await self._executor.within(limit, work, f"tool {self.declaration.name}", finishes=call.finishes)
        except TimeoutError:
            raise ToolError(f"The service did not answer within {self.timeout_ms / 1000:g} s") from None

    async def _perform(self, arguments: Any, call: Call, limit: Limit) -> Any:
        accepted = self._parameters.accept(arguments)
        request = self._template.fill(call.caller.values, accepted)
        self._trace(call, "request", lambda: self._redaction.text(_request_text(request)))
        call.begin()
        answer = await self._exchange.send(request, self.timeout_ms / 1000, self.settings.expect_status)
        self._trace(call, "answer", lambda: self._redaction.text(_answer_text(answer), cut=answer.cut))
        if len(answer.data) > AT_ONCE_BYTES:
            result: Any = await self._executor.in_thread(self._result, {"answer": answer}, limit)
            return result
        return self._result(answer)

    def _result(self, answer: Answer) -> Any:
        """What an answer comes to: secrets are hidden before anything is cut, as that may be in the middle of one."""
        if not is_expected(answer.status, self.settings.expect_status):
            raise ToolError(refusal_of(answer, self._redaction))
        return jsonable(result_of(answer, self._pick, self._redaction))

    async def probe(self) -> None:
        """Send the spec's harmless request. Raises ToolError where there is no answer, or not the expected one."""
        probe = self.settings.probe
        if probe is None:
            return
        seconds = min(self.timeout_ms / 1000, PROBE_SECONDS)
        answer = await self._exchange.send(self._template.harmless(probe), seconds, probe.expect_status)
        if not is_expected(answer.status, probe.expect_status):
            raise ToolError(f"The service answered {answer.title}")

    def _trace(self, call: Call, what: str, text: Callable[[], str]) -> None:
        if call.trace is not None:
            told = text()
            call.trace(what, told if len(told) <= MAX_TRACE_CHARS else f"{told[:MAX_TRACE_CHARS]}…")


def _request_text(request: Request) -> str:
    lines = [f"{request.method} {request.url}", *(f"{name}: {value}" for name, value in request.headers.items())]
    if request.body is not None:
        lines += ["", request.body.decode("utf-8", "replace")]
    return "\n".join(lines)


def _answer_text(answer: Answer) -> str:
    lines = [answer.title, f"Content-Type: {answer.content_type}"] if answer.content_type else [answer.title]
    if answer.data:
        lines += ["", body_text(answer)]
    return "\n".join(lines)
