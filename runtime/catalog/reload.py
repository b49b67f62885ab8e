"""Changing what is served: asked for by the watcher, a signal or a request, and done one at a time."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from runtime.catalog.build import Builder
from runtime.catalog.snapshot import Catalog, Snapshot, rolled_back
from runtime.spec.problem import render

_log = logging.getLogger("runtime.catalog")


MANY_AGENTS = 50
"""When so many change at once, what they are made of leaves the collector's sight: one walk over it is heard."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a reload did: the names of agents that are served differently now, and of those with problems."""

    generation: int
    changed: tuple[str, ...]
    failed: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """What the metrics tell of reloads: for each agent and result how often. Times are Unix seconds."""

    results: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    last_duration: float = 0.0
    last_success: float = field(default_factory=time.time)  # noqa: TID251 - a timestamp for people and alerts


class Reloader:
    """Builds aside, in a thread of its own, and swaps one reference.

    Requests that come while a build runs share the next one: at most one runs and one waits.
    """

    def __init__(self, catalog: Catalog, builder: Builder) -> None:
        self.tally = Tally()
        self._catalog = catalog
        self._builder = builder
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="catalog")
        self._turn = asyncio.Lock()
        self._waiting: asyncio.Future[Report] | None = None

    async def reload(self) -> Report:
        """Look at the folder now. Returns once the snapshot that was built for this request is served."""
        if self._waiting is not None:
            return await asyncio.shield(self._waiting)
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        async with self._turn:
            self._waiting = None
            try:
                report = await self._change(self._builder.build)
            except BaseException as error:
                waiting.set_exception(error)
                waiting.exception()  # whoever shares this turn is told; nobody has to be
                raise
            waiting.set_result(report)
            return report

    async def roll_back(self, name: str) -> Report | None:
        """Serve an agent's former revision until its files change; None where there is none."""
        async with self._turn:
            snapshot = rolled_back(self._catalog.current, name)
            if snapshot is None:
                return None
            return self._serve(snapshot)

    def close(self) -> None:
        """Free the thread; a build that runs ends by itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _change(self, build: Callable[[Snapshot], Snapshot]) -> Report:
        loop = asyncio.get_running_loop()
        started = loop.time()
        snapshot = await loop.run_in_executor(self._thread, build, self._catalog.current)
        self.tally.last_duration = loop.time() - started
        return self._serve(snapshot)

    def _serve(self, snapshot: Snapshot) -> Report:
        before = self._catalog.current
        self._catalog.swap(snapshot)
        changed = _changed(before, snapshot)
        if len(changed) >= MANY_AGENTS:
            gc.freeze()
        report = Report(snapshot.generation, changed, tuple(e.name for e in snapshot.rejected))
        self._count(report)
        _tell(before, snapshot, report)
        return report

    def _count(self, report: Report) -> None:
        tally = self.tally
        tally.results.update((name, "success") for name in report.changed)
        tally.results.update((name, "failure") for name in report.failed)
        if not report.failed:
            tally.last_success = time.time()  # noqa: TID251 - a timestamp for people and alerts


def _changed(before: Snapshot, after: Snapshot) -> tuple[str, ...]:
    served = {agent.name: agent for agent in before.agents}
    now = {agent.name: agent for agent in after.agents}
    names = sorted(served.keys() | now.keys())
    return tuple(name for name in names if served.get(name) is not now.get(name))


def _tell(before: Snapshot, after: Snapshot, report: Report) -> None:
    if report.changed:
        _log.warning("generation %d: changed %s", report.generation, ", ".join(report.changed))
    known = {problem for entry in before.entries.values() for problem in entry.problems} | {*before.folder_problems}
    for problem in after.problems:
        if problem not in known:  # each finding once: a file that stays broken is no news
            _log.warning("%s", render(problem))
