"""`callboard diff`: what the folder would change on a running server."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from runtime.blueprint.model import Blueprint
from runtime.catalog.snapshot import Entry
from runtime.cli.address import Address, ask, fetch_agents, read_address, usual_address
from runtime.cli.configuration import log_for_debugging, settings_from
from runtime.cli.folder import load_snapshot
from runtime.cli.terminal import plain, stdout
from runtime.errors import CallboardError, UsageError
from runtime.server.comparison import question
from runtime.server.status import effective_fields

_ABSENT = "(none)"


def run(arguments: argparse.Namespace) -> int:
    """Print the differences, agent by agent; 0 where there are none, 1 otherwise. Secrets are never shown.

    Raises UsageError, and so ends with 2, where the two cannot be compared: 1 means a difference to scripts.
    """
    log_for_debugging(debug=arguments.debug)
    try:
        return _compare(arguments)
    except CallboardError as error:
        raise UsageError(str(error)) from None


def _compare(arguments: argparse.Namespace) -> int:
    address = read_address(arguments.url) if arguments.url else usual_address()
    entries = load_snapshot(settings_from(vars(arguments))).entries
    served = {str(agent["name"]): agent for agent in fetch_agents(address) if agent.get("path")}
    terminal, different = stdout(), False
    for name in sorted(entries.keys() | served.keys()):
        tone, *lines = _agent(name, entries.get(name), name in served, address)
        if tone:
            different = True
            terminal.line(terminal.paint(plain(f"{tone} {name}{lines[0]}"), "bold"))
            for line in lines[1:]:
                terminal.line(plain(f"    {line}"))
    if not different:
        terminal.line("The server serves what the folder says.")
    return int(different)


def _agent(name: str, entry: Entry | None, is_served: bool, address: Address) -> list[str]:  # noqa: FBT001 - one of four
    if entry is None:
        return ["-", " would no longer be served"]
    if entry.blueprint is None:
        after = "its last good revision would go on" if is_served else "it would not be served"
        return ["!", f" has problems in {entry.file}; {after}"]
    if not is_served:
        return ["+", f" would be served at {entry.blueprint.path}"]
    changes = list(_changes(entry.blueprint, f"/-/effective/{quote(name, safe='')}", address))
    return ["~", "", *changes] if changes else [""]


def _changes(blueprint: Blueprint, path: str, address: Address) -> Iterator[str]:
    before, after = _asked(address, "GET", path), effective_fields(blueprint)
    values = list(_pairs(before["values"], after["values"]))
    alike = [key for key, old, new in values if old == new]
    # What is hidden looks the same whatever it is, and so does what has line breaks in other places.
    changed = _asked(address, "POST", path, question(blueprint, alike))["changed"]
    for key, old, new in values:
        if old != new or key in changed:
            yield f"{key}: {old} → {new}{' (changed)' if old == new else ''}"
    for file, old, new in _pairs(before["parts"], after["parts"]):
        if old != new:
            yield f"{file}: {'new' if old == _ABSENT else 'edited'}"


def _asked(address: Address, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
    status, answer = ask(address, method, path, body)
    if status != 200:
        raise CallboardError(plain(str(answer.get("error") or f"The server refused (HTTP {status}).")))
    return answer


def _pairs(before: dict[str, str], after: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for key in {**before, **after}:
        yield key, before.get(key, _ABSENT), after.get(key, _ABSENT)
