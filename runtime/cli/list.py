"""`callboard list`: the agents of a folder, or of a running server."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from typing import Any

from runtime.cli.address import fetch_agents, read_address
from runtime.cli.table import aligned, shortened
from runtime.cli.terminal import plain, stdout, width

_COLUMNS = ("name", "path", "description", "model", "voice", "state")
_DESCRIPTION = _COLUMNS.index("description")
_NARROWEST = 12


def run(arguments: argparse.Namespace) -> int:
    """Print the table; agents with problems are in it as failed."""
    agents = fetch_agents(read_address(arguments.url)) if arguments.url else _of_folder(arguments)
    terminal = stdout()
    rows = [_COLUMNS, *(_row(agent) for agent in agents)]
    if terminal.interactive:
        rows = _fitting(rows, shutil.get_terminal_size().columns)
    head, *lines = aligned(rows)
    terminal.line(terminal.paint(head, "bold"))
    for line in lines:
        terminal.line(line)
    return 0


def _of_folder(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    # Only here: asking a server must not wait for one to load.
    from runtime.cli.configuration import log_for_debugging, settings_from
    from runtime.cli.folder import load_snapshot
    from runtime.server.status import summaries

    log_for_debugging(debug=arguments.debug)
    return summaries(load_snapshot(settings_from(vars(arguments))))


def _row(agent: dict[str, Any]) -> tuple[str, ...]:
    """A cell is one line; what is missing is a dash."""
    return tuple(" ".join(plain(str(agent.get(key) or "-")).split()) for key in _COLUMNS)


def _fitting(rows: Sequence[tuple[str, ...]], columns: int) -> list[tuple[str, ...]]:
    """The rows with descriptions short enough for the terminal."""
    line = max(map(width, aligned(rows)))
    longest = max(width(row[_DESCRIPTION]) for row in rows)
    room = max(_NARROWEST, longest - (line - columns))
    return [(*row[:_DESCRIPTION], shortened(row[_DESCRIPTION], room), *row[_DESCRIPTION + 1 :]) for row in rows]
