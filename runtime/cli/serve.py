"""`callboard serve`: the agents of a folder, over WebSocket, until SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable

from runtime.catalog.snapshot import Snapshot
from runtime.cli.announce import provider_lines, served_lines, tell_unserved
from runtime.cli.configuration import log_to_stderr, settings_from
from runtime.cli.ending import ended
from runtime.cli.folder import found_from_here
from runtime.cli.terminal import stderr, stdout
from runtime.errors import CallboardError
from runtime.server.run import serve


def run(arguments: argparse.Namespace) -> int:
    """Serve; the exit code is 0 after a stop that was asked for."""
    settings = settings_from(vars(arguments))
    log_to_stderr(settings.log_level, traces=True)

    def announce(snapshot: Snapshot, url: str) -> None:
        _announce(found_from_here(snapshot, settings.agents), url)
        if arguments.strict and snapshot.problems:
            raise CallboardError("Not started: --strict, and there are problems.")

    async def serve_to_the_end() -> int:
        await serve(settings, announce)
        return 0

    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        return runner.run(ended(serve_to_the_end()))


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The loop of uvloop where the `fast` extra is installed."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _announce(snapshot: Snapshot, url: str) -> None:
    terminal = stdout()
    for line in served_lines(snapshot.agents, url):
        terminal.line(line)
    for line in provider_lines(snapshot.agents):
        terminal.line(terminal.paint(line, "dim"))
    tell_unserved(snapshot, stderr())
    if not snapshot.agents:
        raise CallboardError("There is no agent to serve.")
