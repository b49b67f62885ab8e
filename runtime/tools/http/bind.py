"""An HTTP tool out of what a spec says, or everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from typing import Any, cast

import jmespath
from jinja2 import meta, nodes
from jmespath.exceptions import ArityError, JMESPathError
from jmespath.functions import Functions

from runtime.chat import ToolDeclaration
from runtime.errors import ToolError
from runtime.redaction import Redaction
from runtime.sandbox.excess import excess
from runtime.settings import HttpSettings, Secret
from runtime.tools import declared
from runtime.tools.declaration import DeclarationError, DeclarationErrors, Path, Terms
from runtime.tools.http.addresses import Network
from runtime.tools.http.client import HttpClient
from runtime.tools.http.exchange import IDEMPOTENT, Exchange
from runtime.tools.http.fields import ARGUMENTS, Field, arguments_used, as_template
from runtime.tools.http.request import RequestTemplate
from runtime.tools.http.secrets import hosts_of, secrets_of
from runtime.tools.http.target import read_target
from runtime.tools.http.tool import HttpTool
from runtime.tools.nearest import suggestion
from runtime.tools.parameters import Parameters

_WITHOUT_BODY = ("GET", "DELETE")
# They describe the connection or the framing, which are not the author's (RFC 9110 section 7.6.1).
_RESERVED_HEADERS = frozenset(
    "connection content-length expect host keep-alive te trailer transfer-encoding upgrade".split()
)
_FUNCTIONS: frozenset[str] = frozenset(Functions.FUNCTION_TABLE)
_NOTHING: Mapping[str, Any] = {"type": "object", "properties": {}}


def bind(terms: Terms, settings: HttpSettings, *, variables: Iterable[str], client: HttpClient) -> HttpTool:
    """Compile a request; `variables` are the names that its templates see besides `args`. Raises DeclarationErrors."""
    return _Binding(settings, frozenset(variables)).tool(terms, client)


class _Binding:
    """One reading of one tool, which goes on after a mistake in order to find the others."""

    def __init__(self, settings: HttpSettings, variables: frozenset[str]) -> None:
        self._settings = settings
        self._variables = variables
        self._found: list[DeclarationError] = []

    def tool(self, terms: Terms, client: HttpClient) -> HttpTool:
        if not terms.description:
            self._note((), "an HTTP tool says nothing about itself; write a `description` for the model")
        accepted = self._parameters(terms.parameters)
        allowed = self._networks()
        self._found += _shape(self._settings)
        template = self._template(allowed, accepted)
        pick = self._pick()
        if self._found or template is None or accepted is None:
            raise DeclarationErrors(self._found)
        secrets = tuple(secrets_of(self._settings))
        unnamed = Redaction([*secrets, *hosts_of(self._settings)])
        return HttpTool(
            ToolDeclaration(terms.name, terms.description, accepted.schema, terms.examples),
            terms.timeout_ms,
            self._settings,
            accepted,
            template,
            Exchange(terms.name, self._settings, client, allowed, unnamed),
            Redaction(secrets),
            pick,
            client.executor,
        )

    def _note(self, path: Path, message: str) -> None:
        self._found.append(DeclarationError(path, message))

    def _parameters(self, parameters: Mapping[str, Any] | None) -> Parameters | None:
        try:
            return declared.alone(_NOTHING if parameters is None else parameters)
        except ToolError as error:
            self._note(("parameters",), str(error))
            return None

    def _networks(self) -> tuple[Network, ...]:
        networks: list[Network] = []
        for index, text in enumerate(self._settings.allow_private):
            try:
                networks.append(ip_network(text))
            except ValueError:
                hint = "write it as 10.0.0.0/8, or 10.0.0.7/32 for one address"
                self._note(("http", "allow_private", index), f"{_shown(text)} is no network; {hint}")
        return tuple(networks)

    def _template(self, allowed: tuple[Network, ...], accepted: Parameters | None) -> RequestTemplate | None:
        settings = self._settings
        if settings.probe is not None:
            self._target(("http", "probe", "url"), settings.probe.url, allowed)
            if "{{" in as_template(settings.probe.url) or "{%" in as_template(settings.probe.url):
                self._note(("http", "probe", "url"), "a probe is not filled in: write its address out")
        target = self._target(("http", "url"), settings.url, allowed)
        if target is None:
            return None
        template = RequestTemplate(target)
        template.compile(settings)
        for path, mistake in template.mistakes.items():
            self._note(("http", *path), mistake)
        for path, field in template.fields.items():
            self._check_names(("http", *path), field, accepted)
        return template

    def _target(self, path: Path, url: str, allowed: tuple[Network, ...]) -> Any:
        try:
            return read_target(url, allowed)
        except ToolError as error:
            self._note(path, str(error))
            return None

    def _check_names(self, path: Path, field: Field, accepted: Parameters | None) -> None:
        for message, _line in excess(field.tree, lambda _file: 0):
            self._note(path, message)
        if field.tree.find(nodes.Include) is not None:
            self._note(path, "include is not available in a template here")
        known = {*self._variables, ARGUMENTS}
        for name in sorted(meta.find_undeclared_variables(field.tree) - known - {"range"}):
            hint = suggestion(name, [*self._variables, f"{ARGUMENTS}.{name}"], "")
            if accepted is not None and name in accepted.schema["properties"]:
                hint = f"an argument is written `{ARGUMENTS}.{name}`"
            self._note(path, f"`{name}` is not declared; {hint}")
        if accepted is None:
            return
        arguments = accepted.schema["properties"]
        for name in dict.fromkeys(name for name, _ in arguments_used(field.tree)):
            if name not in arguments:
                hint = suggestion(name, arguments, "there are no parameters")
                self._note(path, f"`{ARGUMENTS}.{name}` is not among the parameters; {hint}")

    def _pick(self) -> Any:
        if not self._settings.result:
            return None
        try:
            pick: Any = jmespath.compile(self._settings.result)
        except (JMESPathError, RecursionError) as error:
            reason = re.sub(r"\s+", " ", str(error).partition("\n")[0]).rstrip(":. ")
            self._note(("http", "result"), f"this is no JMESPath expression: {reason}")
            return None
        for name in _functions_of(pick.parsed):
            if name not in _FUNCTIONS:
                hint = suggestion(name, _FUNCTIONS, "")
                self._note(("http", "result"), f"JMESPath has no function `{name}`; {hint}")
        try:
            pick.search({})
        except ArityError as error:  # which is told of every answer, whatever it is
            self._note(("http", "result"), f"`{error.function_name}()` takes {_arguments(error.expected_arity)}")
        except (JMESPathError, TypeError, ValueError, ArithmeticError):
            pass  # an answer of another form may do
        return pick


def _arguments(count: int) -> str:
    return "one argument" if count == 1 else f"{count} arguments"


def _functions_of(node: Any) -> Iterator[str]:
    """The names of the functions that an expression calls: JMESPath looks for them when it calls them."""
    if isinstance(node, dict):
        inner = cast("dict[str, Any]", node)
        if inner.get("type") == "function_expression":
            yield str(inner["value"])
        for child in inner.get("children", ()):
            yield from _functions_of(child)


def _shape(settings: HttpSettings) -> Iterator[DeclarationError]:
    """What does not go together."""
    bodies = [name for name in ("json", "form", "body") if getattr(settings, name) is not None]
    if len(bodies) > 1:
        yield DeclarationError(
            ("http", bodies[1]), f"a request has one body, and this one has {' and '.join(bodies)}; keep one"
        )
    if bodies and settings.method in _WITHOUT_BODY:
        message = f"a {settings.method} request has no body; use `query`, or another `method`"
        yield DeclarationError(("http", bodies[0]), message)
    if settings.retry and settings.method not in IDEMPOTENT:
        message = f"a {settings.method} request may act twice when it is sent twice; remove `retry`"
        yield DeclarationError(("http", "retry"), message)
    if settings.max_redirects and settings.method != "GET":
        yield DeclarationError(("http", "max_redirects"), "only a GET request follows redirects")
    for name, value in settings.headers.items():
        if name.lower() in _RESERVED_HEADERS:
            yield DeclarationError(("http", "headers", name), f"the header {name} is the connection's own; remove it")
        if any(ord(character) < 32 for character in value.strip()):
            yield DeclarationError(("http", "headers", name), "a header is one line, without control characters")


def _shown(text: str) -> str:
    return "this" if isinstance(text, Secret) else f"`{text}`"
