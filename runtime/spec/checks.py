"""What a spec says that its schema cannot judge.

Each check looks only at values of the right type; what is not is the schema's to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from runtime.settings import ChunkSettings, Secret
from runtime.spec.document import Document
from runtime.spec.model import VariableSpec
from runtime.spec.nearest import nearest
from runtime.spec.problem import Problem
from runtime.spec.unsupported import not_yet
from runtime.spec.values import Path, entries, items

# The server's own paths, and what is below the last two.
RESERVED = ("/healthz", "/readyz", "/metrics", "/agents", "/-")
_RESERVED_BELOW = ("/agents/", "/-/")
# What every template sees; a variable of the same name would hide it.
BUILT_IN_VARIABLES = ("now", "date", "time", "weekday", "timezone", "agent", "session_id", "args")

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def default_name(document: Document) -> str:
    """Give the name of an agent whose spec gives none: its file's name without the ending."""
    return PurePath(document.file).stem


def check_meaning(document: Document, data: Any) -> list[Problem]:
    """Give every problem beyond the schema in the resolved `data` of an agent."""
    if not isinstance(data, dict):
        return []
    return [*_name_and_path(document, entries(data)), *check_parts(document, data)]


def check_parts(document: Document, data: Any) -> list[Problem]:
    """Give every problem beyond the schema that does not depend on which agent the `data` become."""
    return [problem for check in _PARTS for problem in check(document, entries(data))]


def _name_and_path(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    name = data.get("name")
    if name is None:
        name = default_name(document)
        if not _is_name(name):
            hint = "add `name:` with lower-case letters, digits and dashes, or rename the file"
            yield document.problem((), "bad-name", f"the file's name, {name}, cannot be the agent's name", hint)
            return
    path = data.get("path", f"/{name}")
    if isinstance(path, str) and (path in RESERVED or path.startswith(_RESERVED_BELOW)):
        at: Path = ("path",) if "path" in data else ("name",)
        shown = "this path" if isinstance(path, Secret) else path
        hint = "choose another; taken are /healthz, /readyz, /metrics, /agents and all below /agents/ and /-/"
        yield document.problem(at, "reserved-path", f"{shown} belongs to the server", hint)


def _is_name(name: str) -> bool:
    head, tail = name[:1], name[1:]
    letters = frozenset("abcdefghijklmnopqrstuvwxyz")
    return head in letters and len(tail) <= 62 and set(tail) <= letters | set("0123456789-")


def _timezone(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    name = data.get("timezone")
    if not isinstance(name, str) or not name:
        return
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        cities = {zone.rpartition("/")[2]: zone for zone in sorted(available_timezones())}
        near = cities.get(name.replace(" ", "_").title()) or nearest(name, sorted(available_timezones()))
        hint = f"did you mean '{near}'?" if near else "use an IANA name, such as Europe/Lisbon"
        shown = "this" if isinstance(name, Secret) else f"'{name}'"
        yield document.problem(("timezone",), "bad-value", f"{shown} is no known time zone", hint)


def _chunk_sizes(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    chunking = entries(data.get("chunking"))
    defaults = ChunkSettings()
    sizes = {
        key: chunking.get(key, getattr(defaults, key))
        for key in ("min_chunk_size", "first_chunk_size", "max_chunk_size")
    }
    if not all(_is(size, "integer") for size in sizes.values()):
        return
    most = sizes["max_chunk_size"]
    for key in ("min_chunk_size", "first_chunk_size"):
        if sizes[key] > most and (key in chunking or "max_chunk_size" in chunking):
            at = key if key in chunking else "max_chunk_size"
            message = f"{key} ({sizes[key]}) is larger than max_chunk_size ({most})"
            yield document.problem(
                ("chunking", at), "bad-value", message, f"make {key} smaller, or max_chunk_size larger"
            )


def _variables(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    for name, variable in entries(data.get("variables")).items():
        path: Path = ("variables", name)
        if name in BUILT_IN_VARIABLES:
            message = f"'{name}' is a word that every template has already"
            yield document.problem(path, "reserved-name", message, f"rename it, for example to guest_{name}", key=True)
        if not name.startswith("x-"):
            yield from _variable(document, path, entries(variable))


def _variable(document: Document, path: Path, variable: Mapping[str, Any]) -> Iterator[Problem]:
    kind, default, allowed = variable.get("type", "string"), variable.get("default"), variable.get("enum")
    if not isinstance(kind, str) or kind not in _TYPES:
        return
    at, name = (*path, "default"), path[-1]
    if _is_scalar(default):
        yield from _default(document, at, variable, kind)
    for index, item in enumerate(items(allowed)):
        if _is_scalar(item) and not _is(item, kind):
            message = f"this value of '{name}' is not of its type, {kind}"
            yield document.problem((*path, "enum", index), "wrong-type", message, _retype(kind))
    if default is not None and _is(default, kind) and allowed is not None and default not in items(allowed):
        message = f"the default of '{name}' is not among its values"
        yield document.problem(at, "bad-value", message, "add it to enum, or choose one from there")


def _default(document: Document, at: Path, variable: Mapping[str, Any], kind: str) -> Iterator[Problem]:
    default, most, name = variable["default"], variable.get("max_length", VariableSpec("").max_length), at[-2]
    if not _is(default, kind):
        message = f"the default of '{name}' is not of its type, {kind}"
        yield document.problem(at, "wrong-type", message, _retype(kind))
    elif isinstance(default, str) and _is(most, "integer") and len(default) > most:
        message = f"the default of '{name}' is longer than its max_length, {most}"
        yield document.problem(at, "bad-value", message, "shorten it, or allow more")


def _retype(kind: str) -> str:
    return "quote it" if kind == "string" else f"write a value of type {kind}, without quotes, or change the type"


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and isinstance(value, bool) == (kind == "boolean")


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)


_PARTS: tuple[Callable[[Document, Mapping[str, Any]], Iterator[Problem]], ...] = (
    _timezone,
    _chunk_sizes,
    _variables,
    not_yet,
)
