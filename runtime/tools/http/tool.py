"""A tool that is an HTTP request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from runtime.chat import ToolDeclaration
from runtime.errors import ToolError
from runtime.settings import HttpSettings
from runtime.sources import SourceRef
from runtime.tools.context import Call, Caller
from runtime.tools.http.answer import Answer, is_expected, refusal_of, result_of
from runtime.tools.http.exchange import Exchange
from runtime.tools.http.redaction import Redaction
from runtime.tools.http.request import Request, RequestTemplate
from runtime.tools.parameters import Parameters
from runtime.tools.results import MAX_DEPTH, jsonable

PROBE_SECONDS = 5.0

_SHOWN_BODY = 2000


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
        try:
            # In this order: what is cut might be cut in the middle of a secret.
            return jsonable(self._without_secrets(await self._perform(arguments, call)))
        except ToolError as error:
            if type(error) is not ToolError:  # kinds of their own have texts of ours
                raise
            raise ToolError(self._redaction.text(str(error))) from None

    def _without_secrets(self, result: Any) -> Any:
        try:
            return self._redaction.value(result)
        except RecursionError:  # orjson reads far deeper than a model does
            raise ToolError(f"The result is nested more than {MAX_DEPTH} levels deep") from None

    async def _perform(self, arguments: Any, call: Call) -> Any:
        accepted = self._parameters.accept(arguments)
        request = self._template.fill(call.caller.values, accepted)
        self._trace(call, "request", lambda: self._request_text(request))
        call.begin()
        expected = self.settings.expect_status
        answer = await self._exchange.send(request, self.timeout_ms / 1000, expected)
        answer = replace(answer, data=self._redaction.body(answer.data, cut=answer.cut))
        self._trace(call, "answer", lambda: _answer_text(answer))
        if not is_expected(answer.status, expected):
            raise ToolError(refusal_of(answer))
        return result_of(answer, self._pick)

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
            call.trace(what, self._redaction.text(text()))

    def _request_text(self, request: Request) -> str:
        lines = [f"{request.method} {request.url}", *(f"{name}: {value}" for name, value in request.headers.items())]
        if request.body is not None:
            shown = self._redaction.body(request.body[:_SHOWN_BODY], cut=len(request.body) > _SHOWN_BODY)
            lines += ["", shown.decode("utf-8", "replace")]
        return "\n".join(lines)


def _answer_text(answer: Answer) -> str:
    lines = [answer.title, f"Content-Type: {answer.content_type}"] if answer.content_type else [answer.title]
    if answer.data:
        lines += ["", answer.data[:_SHOWN_BODY].decode("utf-8", "replace")]
    return "\n".join(lines)
