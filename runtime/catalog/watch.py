"""Watching a folder, for as long as the server runs and whatever happens to the folder."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from runtime.catalog.build import sources_of
from runtime.catalog.reload import Reloader
from runtime.catalog.scan import Scan, scan
from runtime.catalog.settle import Settling
from runtime.catalog.snapshot import Catalog

POLL_SECONDS = 0.5
SETTLE_SECONDS = 0.25
FULL_LOOK_SECONDS = 30.0
"""So often the contents are compared whatever the stats say: an edit may leave them all alike."""

_log = logging.getLogger("runtime.catalog")


class Watcher:
    """Scans, waits until an edit has settled, and asks for a reload. An error is counted and the next scan made."""

    def __init__(
        self,
        folder: Path,
        catalog: Catalog,
        reloader: Reloader,
        *,
        poll: float = POLL_SECONDS,
        settle: float = SETTLE_SECONDS,
    ) -> None:
        self.last_scan = 0.0  # Unix seconds, so that a dead watcher can be seen from outside
        self.scan_seconds = 0.0
        self.errors = 0
        self._folder = folder
        self._catalog = catalog
        self._reloader = reloader
        self._poll = poll
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="scan")
        self._settling = Settling(settle, Scan({}))
        self._stop = asyncio.Event()
        self._full_look = 0.0

    async def run(self) -> None:
        """Watch until `stop`."""
        try:
            self._settling.act(await self._scan())
            await self._watch()
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _watch(self) -> None:
        while not await self._stopped_within(self._poll):
            try:
                await self._look()
            except Exception:  # noqa: BLE001 - the watcher survives everything; it is counted and logged in full
                self.errors += 1
                _log.exception("watching the agents folder failed; trying again")

    def stop(self) -> None:
        """End `run` at its next step."""
        self._stop.set()

    async def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        seen = await self._scan()
        settled = self._settling.note(seen, now)
        if settled or now - self._full_look >= FULL_LOOK_SECONDS:
            await self._reloader.reload()
            self._settling.act(seen)
            self._full_look = now

    async def _scan(self) -> Scan:
        elsewhere = sources_of(self._catalog.current.agents)
        loop = asyncio.get_running_loop()
        started = loop.time()
        seen = await loop.run_in_executor(self._thread, scan, self._folder, elsewhere)
        self.scan_seconds = loop.time() - started
        self.last_scan = time.time()  # noqa: TID251 - a timestamp for people and alerts
        return seen

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stop.wait()
        except TimeoutError:
            return False
