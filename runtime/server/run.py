"""The process: listen, watch, and leave cleanly."""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from types import FrameType

from aiohttp import web

from runtime.catalog.snapshot import Snapshot
from runtime.errors import UsageError
from runtime.server.app import make_app
from runtime.server.settings import ServerSettings
from runtime.server.world import World, open_world

SHUTDOWN_SECONDS = 5.0

_log = logging.getLogger("runtime.server")


async def serve(settings: ServerSettings, announce: Callable[[Snapshot, str], None]) -> None:
    """Serve until SIGINT or SIGTERM; SIGHUP reloads.

    `announce` is told the snapshot and the URL once clients are welcome.
    Raises UsageError where the address cannot be listened on.
    """
    stop = asyncio.Event()
    async with running(settings) as (world, url):
        _settle_memory()
        announce(world.catalog.current, url)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(world.watcher.run(), name="watcher")

            def hang_up() -> None:
                tasks.create_task(_reload(world), name="SIGHUP")

            _on_signals(stop.set, hang_up)
            await stop.wait()
            world.watcher.stop()


@asynccontextmanager
async def running(settings: ServerSettings) -> AsyncGenerator[tuple[World, str]]:
    """A server that accepts clients, and its URL. Nothing is watched."""
    world = open_world(settings)
    runner = web.AppRunner(make_app(world), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    try:
        await runner.setup()
        yield world, await _listen(runner, settings)
    finally:
        await runner.cleanup()
        await world.close()


async def _listen(runner: web.AppRunner, settings: ServerSettings) -> str:
    site = web.TCPSite(runner, settings.host, settings.port, backlog=1024)
    try:
        await site.start()
    except OSError as error:
        elsewhere = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        advice = "Choose a --host of this machine" if elsewhere else "Choose another --port"
        raise UsageError(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror or error}. {advice}."
        ) from None
    host, port = runner.addresses[0][:2]
    shown = f"[{host}]" if ":" in str(host) else host
    return f"ws://{shown}:{port}"


async def _reload(world: World) -> None:
    try:
        await world.reloader.reload()
    except Exception:  # noqa: BLE001 - a reload that breaks must not end the server; it is logged in full
        _log.exception("the reload that SIGHUP asked for broke")


def _settle_memory() -> None:
    """What start-up built lives as long as the process: keep the collector from walking it again and again.

    Full collections of a large heap are pauses of tens of milliseconds, which are heard as gaps.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    # A reload builds in a thread; the loop gets its turn back within a millisecond instead of the usual five.
    sys.setswitchinterval(0.001)


def _on_signals(stop: Callable[[], None], hang_up: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
        loop.add_signal_handler(signal.SIGHUP, hang_up)
    except NotImplementedError:  # Windows: the loop knows no signal handlers

        def interrupted(_number: int, _frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(stop)

        signal.signal(signal.SIGINT, interrupted)
