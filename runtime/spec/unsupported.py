"""What the format has and this version has not: valid in the schema, and refused rather than ignored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.spec.document import Document
from runtime.spec.problem import Problem
from runtime.spec.values import Path, entries

_NOT_YET: tuple[tuple[Path, str], ...] = (
    (("auth",), "keep the server on a private address, or behind a proxy that checks who connects"),
    (("limits", "max_sessions"), "remove it, and bound connections in front of the server"),
    (("limits", "messages_per_minute"), "remove it, and bound the rate in front of the server"),
    (("limits", "max_duration_seconds"), "remove it; sessions last as long as their connection"),
    (("limits", "idle_timeout_seconds"), "remove it; sessions last as long as their connection"),
)
_TOOLS_NOT_YET = {
    "mcp": "write a Python function that calls the server: `python: module:function`",
    "client": "write a Python function that does it on the server: `python: module:function`",
    "handoff": "put both roles into one agent's instructions, or let the client connect to the other path",
}


def not_yet(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Give one problem for each key that cannot be honoured, with what to do instead."""
    for path, hint in _NOT_YET:
        owner = data if len(path) == 1 else entries(data.get(str(path[0])))
        if path[-1] in owner:
            yield _refuse(document, path, str(path[-1]), hint)
    for name, tool in entries(data.get("tools")).items():
        for kind, hint in _TOOLS_NOT_YET.items():
            if kind in entries(tool) and not name.startswith("x-"):
                yield _refuse(document, ("tools", name, kind), f"a tool of kind {kind}", hint)


def _refuse(document: Document, path: Path, what: str, hint: str) -> Problem:
    return document.problem(path, "not-supported-yet", f"{what} is not supported yet", hint, key=True)
