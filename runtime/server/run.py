"""The process: build the catalog, listen, and leave cleanly."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from aiohttp import web

from runtime.blueprint.compile import Workshop
from runtime.blueprint.roles import Providers
from runtime.catalog.build import build_snapshot
from runtime.catalog.snapshot import Catalog, Snapshot
from runtime.errors import UsageError
from runtime.providers.http.pool import HttpPool
from runtime.server.app import make_app
from runtime.server.settings import ServerSettings
from runtime.tools.threads import ToolThreads

SHUTDOWN_SECONDS = 5.0


@dataclass(slots=True)
class World:
    """What one server process shares: the connection pool, the tool threads and the agents."""

    pool: HttpPool
    threads: ToolThreads
    catalog: Catalog

    async def close(self) -> None:
        """Release sockets, threads and child processes."""
        for agent in self.catalog.current.agents:
            if agent.recognizer is not None:
                await agent.recognizer.aclose()
        self.threads.close()
        self.pool.close()


def open_world(settings: ServerSettings) -> World:
    """Build the catalog of a folder; agents with problems are in its snapshot as rejected."""
    pool, threads = HttpPool(), ToolThreads()
    providers = Providers(pool, settings.env, settings.provider)
    folder = Path(settings.agents)
    workshop = Workshop(folder, providers, threads)
    return World(pool, threads, Catalog(build_snapshot(folder, settings.env, workshop)))


async def serve(settings: ServerSettings, announce: Callable[[Snapshot, str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `announce` is told the snapshot and the URL once clients are welcome.

    Raises UsageError where the address cannot be listened on.
    """
    world = open_world(settings)
    runner = web.AppRunner(make_app(world.catalog), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        url = await _listen(runner, settings)
        _settle_memory()
        announce(world.catalog.current, url)
        await _stop_signal()
    finally:
        await runner.cleanup()
        await world.close()


async def _listen(runner: web.AppRunner, settings: ServerSettings) -> str:
    site = web.TCPSite(runner, settings.host, settings.port, backlog=1024)
    try:
        await site.start()
    except OSError as error:
        raise UsageError(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror or error}. Choose another --port."
        ) from None
    host, port = runner.addresses[0][:2]
    shown = f"[{host}]" if ":" in str(host) else host
    return f"ws://{shown}:{port}"


def _settle_memory() -> None:
    """What start-up built lives as long as the process: keep the collector from walking it again and again.

    Full collections of a large heap are pauses of tens of milliseconds, which are heard as gaps.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


async def _stop_signal() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows: the loop knows no signal handlers, Ctrl-C raises KeyboardInterrupt

            def interrupted(_number: int, _frame: FrameType | None) -> None:
                loop.call_soon_threadsafe(stop.set)

            signal.signal(number, interrupted)
    await stop.wait()
