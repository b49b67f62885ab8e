"""A request as it is declared, and as it is sent for one call."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, unquote, urlencode, urlsplit

import orjson
from jinja2 import TemplateSyntaxError

from runtime.errors import ToolError
from runtime.settings import HttpSettings, ProbeSettings
from runtime.tools.http.fields import ARGUMENTS, MISSING, Field, in_path, in_query, in_text

SAFE_IN_PATH = "/%:@!$&'()*+,;=~"
SAFE_IN_QUERY = f"{SAFE_IN_PATH}?"
_COMMON = {
    "Accept": "application/json, text/*;q=0.9, */*;q=0.1",
    "Accept-Encoding": "gzip",
    "User-Agent": "callboard",
}
_STEPS = re.compile(r"[/\\]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Request:
    """What goes out. `url` is encoded and without a fragment."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """The written address in its parts. `origin` is literal: no argument and no variable can move a request."""

    origin: str
    path: str
    query: str


Leaf = Callable[[Mapping[str, Any]], Any]
"""Gives a part of the body for the values of one call, or MISSING."""


class RequestTemplate:
    """A request that is filled in for each call, once it has been compiled.

    `fields` are its texts, each under its path in the spec, for those who check them.
    """

    def __init__(self, target: Target) -> None:
        self.fields: dict[tuple[str | int, ...], Field] = {}
        self.mistakes: dict[tuple[str | int, ...], str] = {}
        self._target = target
        self._method = ""
        self._headers: dict[str, Field] = {}
        self._parameters: dict[str, Leaf] = {}
        self._body: Callable[[Mapping[str, Any]], bytes] | None = None
        self._content_type = ""

    def compile(self, settings: HttpSettings) -> None:
        """Compile every text; what is no template is in `mistakes` then, under its path."""
        self._method = settings.method
        self._path = self._field(("url",), self._target.path, in_path)
        self._query = self._field(("url", "query"), self._target.query, in_query)
        self._headers = {name: self._field(("headers", name), text) for name, text in settings.headers.items()}
        self._parameters = {name: self._leaf(("query", name), value) for name, value in settings.query.items()}
        self._body, self._content_type = self._compile_body(settings)

    def fill(self, values: Mapping[str, Any], arguments: Mapping[str, Any]) -> Request:
        """The request of one call. Raises ToolError in words for the model."""
        values = {**values, ARGUMENTS: arguments}
        try:
            return self._filled(values)
        except (TypeError, ValueError, RecursionError):
            # Half a character, a number beyond 64 bits, a method that nobody called: JSON and addresses hold none.
            raise ToolError("The request cannot be made of these arguments") from None

    def _filled(self, values: Mapping[str, Any]) -> Request:
        body = self._body(values) if self._body is not None else None
        headers = dict(_COMMON)
        if body is not None and self._content_type:
            headers["Content-Type"] = self._content_type
        for name, field in self._headers.items():
            value = field.value(values)
            if value is not MISSING and value is not None:
                headers = {key: each for key, each in headers.items() if key.lower() != name.lower()}
                headers[name] = _header_text(name, value)
        return Request(self._method, self._url(values), headers, body)

    def harmless(self, probe: ProbeSettings) -> Request:
        """The request by which a service is only looked for: the same headers, but for those of a call."""
        values: dict[str, str] = {}
        for name, field in self._headers.items():
            if not field.is_template:
                values[name] = _header_text(name, field.text({}))
        target = urlsplit(probe.url.strip())
        url = f"{target.scheme}://{target.netloc}{quote(target.path or '/', safe=SAFE_IN_PATH)}"
        query = quote(target.query, safe=SAFE_IN_QUERY)
        return Request(probe.method, f"{url}?{query}" if query else url, _COMMON | values)

    # -- compiling

    def _field(self, path: tuple[str | int, ...], text: str, finalize: Callable[[Any], str] = in_text) -> Field:
        try:
            field = Field(text, finalize)
        except TemplateSyntaxError as error:
            self.mistakes[path] = (error.message or "this is no template").rstrip(".")
            field = Field("")
        self.fields[path] = field
        return field

    def _leaf(self, path: tuple[str | int, ...], value: Any) -> Leaf:
        if isinstance(value, str):
            return self._field(path, value).value
        if isinstance(value, Mapping):
            entries = {key: self._leaf((*path, key), item) for key, item in cast("Mapping[str, Any]", value).items()}
            return lambda values: _without_missing({key: leaf(values) for key, leaf in entries.items()})
        if isinstance(value, list | tuple):
            items = [self._leaf((*path, index), item) for index, item in enumerate(cast("list[Any]", value))]
            return lambda values: [item for leaf in items if (item := leaf(values)) is not MISSING]
        return lambda _values: value

    def _compile_body(self, settings: HttpSettings) -> tuple[Callable[[Mapping[str, Any]], bytes] | None, str]:
        if settings.json is not None:
            leaf = self._leaf(("json",), settings.json)
            return lambda values: _json(leaf(values)), "application/json"
        if settings.form is not None:
            form = {name: self._leaf(("form", name), value) for name, value in settings.form.items()}
            return lambda values: urlencode(_pairs(form, values)).encode(), "application/x-www-form-urlencoded"
        if settings.body is not None:
            text = self._field(("body",), settings.body).text
            return lambda values: text(values).encode(), "text/plain; charset=utf-8"
        return None, ""

    # -- filling in

    def _url(self, values: Mapping[str, Any]) -> str:
        path = quote(self._path.text(values), safe=SAFE_IN_PATH)
        if has_step_up(path):
            raise ToolError("An argument that is a part of the address must not hold `.` or `..` as a step of a path")
        own = quote(self._query.text(values), safe=SAFE_IN_QUERY)
        added = urlencode(_pairs(self._parameters, values), quote_via=quote, safe="")
        query = "&".join(part for part in (own, added) if part)
        return f"{self._target.origin}{path or '/'}{'?' if query else ''}{query}"


def has_step_up(path: str) -> bool:
    """Whether a path leads elsewhere than it says.

    Servers and proxies that decode before they normalise read these steps as such (RFC 3986 section 5.2.4).
    """
    return any(step in (".", "..") for step in _STEPS.split(unquote(path)))


def _pairs(leaves: Mapping[str, Leaf], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and texts; a list gives its name once for each item."""
    pairs: list[tuple[str, str]] = []
    for name, leaf in leaves.items():
        value = leaf(values)
        if value is MISSING or value is None:
            continue
        items = cast("Sequence[Any]", value) if isinstance(value, list) else (value,)
        pairs += [(name, in_text(item)) for item in items]
    return pairs


def _without_missing(entries: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entries.items() if value is not MISSING}


def _json(value: Any) -> bytes:
    return orjson.dumps(None if value is MISSING else value)


def _header_text(name: str, value: Any) -> str:
    text = in_text(value).strip()
    text.encode()  # raises for half a character, which the connection would drop
    if _CONTROL.search(text):
        raise ToolError(f"The header {name} cannot hold line breaks or control characters")
    return text
