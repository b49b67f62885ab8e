"""Sound through a program of this machine, as it arrives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from runtime.cli.feeds import Feed, FileFeed, PipeFeed
from runtime.cli.programs import Program
from runtime.cli.sound import Part
from runtime.errors import CallboardError


class Player:
    """A `Sound` that is heard: its one task gives the parts to the program in their order.

    A program that fails is given up, and `notice` is told so once; the talk goes on in writing.
    """

    def __init__(self, program: Program, notice: Callable[[str], None], tasks: asyncio.TaskGroup) -> None:
        self._notice = notice
        self._feed: Feed = FileFeed(program) if program.by_file else PipeFeed(program)
        self._parts: asyncio.Queue[Part | None] = asyncio.Queue()
        self._began: float | None = None
        self._given_up = False
        self._task = tasks.create_task(self._run(), name="player")

    def take(self, part: Part) -> None:
        """Queue a part to be played."""
        self._parts.put_nowait(part)

    def stop(self) -> float | None:
        """Silence at once."""
        while not self._parts.empty():
            self._parts.get_nowait()
            self._parts.task_done()
        self._feed.kill()
        began, self._began = self._began, None
        return None if began is None else (_now() - began) * 1000

    async def settle(self) -> None:
        """Wait for the end of what is playing."""
        self._parts.put_nowait(None)
        await self._parts.join()
        self._began = None

    def close(self) -> None:
        """Silence for good."""
        self.stop()
        self._task.cancel()

    async def _run(self) -> None:
        try:
            while True:
                part = await self._parts.get()
                try:
                    await self._play(part)
                except CallboardError as error:
                    self._given_up = True
                    self._feed.kill()
                    self._notice(f"{error} The talk goes on in writing.")
                finally:
                    self._parts.task_done()
        finally:
            await self._feed.reap()

    async def _play(self, part: Part | None) -> None:
        if self._given_up:
            return
        if part is None:
            await self._feed.finish()
            return
        if self._began is None:
            self._began = _now()
        await self._feed.play(part)


def _now() -> float:
    return asyncio.get_running_loop().time()
