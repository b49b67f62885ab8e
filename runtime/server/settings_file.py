"""`callboard.yaml`: the server's settings as written, checked against `schemas/server.schema.json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from runtime.errors import UsageError
from runtime.spec.document import Document, parse
from runtime.spec.problem import Problem
from runtime.spec.read import read_file
from runtime.spec.schema import check

UNSUPPORTED: Mapping[tuple[str, ...], str] = {
    ("workers",): "start one server for each core, and put a balancer in front of them",
    ("auth",): "keep the server on a private address, or behind a proxy that checks who connects",
    ("limits",): "bound connections in front of the server",
    ("allowed_origins",): "check the Origin header in front of the server",
    ("trusted_proxies",): "remove it; the server does not look at client addresses",
    ("admin",): "remove it; /healthz and /agents are on the server's one port",
    ("drain_seconds",): "remove it; a server that stops closes its sessions at once",
    ("reload",): "remove it; restart the server to serve changed files",
    ("log", "format"): "remove it; the log is lines of text",
}
"""Keys of the format that this version has not, and what to do instead."""


class SettingsFileError(UsageError):
    """The file cannot be used; `problems` say why, each at its place."""

    def __init__(self, message: str, problems: Sequence[Problem]) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


def read_settings_file(path: Path) -> Mapping[str, Any]:
    """The file's settings; a file without any is as good as none. Raises SettingsFileError."""
    source = read_file(path)
    if isinstance(source, Problem):
        raise _bad([source])
    document, problems = parse(source.file, source.data)
    problems = tuple(problem for problem in problems if problem.code != "empty")
    if document is not None:
        problems += tuple(_problems(document))
    if problems:
        raise _bad(sorted(problems, key=lambda problem: problem.position))
    return {} if document is None else document.data


def _bad(problems: Sequence[Problem]) -> SettingsFileError:
    count = "a mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
    return SettingsFileError(f"{problems[0].file} has {count}; nothing was started.", problems)


def _problems(document: Document) -> Iterator[Problem]:
    data: Any = document.data
    if not isinstance(data, dict):
        hint = "write one on each line, such as `port: 8080`"
        yield document.problem((), "wrong-type", "the file must hold settings", hint)
        return
    yield from check(document, data, schema="server")
    yield from _not_yet(document)


def _not_yet(document: Document) -> Iterator[Problem]:
    for path, hint in UNSUPPORTED.items():
        owner = document.data if len(path) == 1 else document.data.get(path[0])
        if isinstance(owner, dict) and path[-1] in owner:
            message = f"{path[-1]} is not supported yet"
            yield document.problem(path, "not-supported-yet", message, hint, key=True)
