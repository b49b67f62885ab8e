"""`callboard rollback`: an agent's former revision, on a running server."""

from __future__ import annotations

import argparse
from typing import Any
from urllib.parse import quote

from runtime.cli.address import ask, read_address, usual_address
from runtime.cli.terminal import plain, stdout
from runtime.errors import CallboardError

_REVISION = 12


def run(arguments: argparse.Namespace) -> int:
    """Roll back, and print what is served now. Raises CallboardError where there is nothing to go back to."""
    address = read_address(arguments.url) if arguments.url else usual_address()
    name = quote(arguments.name, safe="")
    status, answer = ask(address, "POST", f"/-/rollback/{name}")
    # 422 tells of other agents' problems; the roll-back itself is done.
    if status not in {200, 422}:
        raise CallboardError(plain(str(answer.get("error") or f"The server refused (HTTP {status}).")))
    _, agent = ask(address, "GET", f"/agents/{name}")
    stdout().line(plain(_served(arguments.name, agent, answer.get("generation"))))
    return 0


def _served(name: str, agent: dict[str, Any], generation: Any) -> str:
    """One line."""
    revision = str(agent.get("revision") or "unknown")[:_REVISION]
    loaded = f", loaded {agent['loadedAt']}" if agent.get("loadedAt") else ""
    held = "; held until its files change" if agent.get("state") == "held" else ""
    return f"{name}: revision {revision}{loaded}, is served in generation {generation}{held}"
