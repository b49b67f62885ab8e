"""Many sessions that talk at the same time, and how late they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.support.house import Client, House
from tests.support.upstream import Pause, Speech

PIECE_SECONDS = 0.1
PIECES = 8
STEADY = Speech(
    b"\x01\0" * int(24_000 * PIECE_SECONDS * PIECES),
    pieces=PIECES,
    at={number: Pause(PIECE_SECONDS) for number in range(1, PIECES)},
)
"""A voice that speaks as quickly as it is heard: a gap in what arrives is a gap in what is heard."""


@dataclass
class Lateness:
    """The longest that the loop stood still, and the longest gap between two pieces of one answer, in seconds.

    Of a gap only what is beyond a piece's own length counts.
    """

    loop: float = 0.0
    gap: float = 0.0
    pieces: int = 0

    async def watch(self) -> None:
        """See how late a timer is, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + 0.005
            await asyncio.sleep(0.005)
            self.loop = max(self.loop, loop.time() - due)

    async def hear_a_turn(self, client: Client) -> None:
        """Have an answer spoken and see how late its pieces are."""
        loop = asyncio.get_running_loop()
        await client.say("Count.")
        before = None
        while (heard := await client.hear())["type"] != "response_complete":
            if heard["type"] == "audio_chunk":
                now = loop.time()
                if before is not None:
                    self.gap = max(self.gap, now - before - PIECE_SECONDS)
                before = now
                self.pieces += 1
        assert heard["text"].endswith("ten.")
        client.heard.clear()


@asynccontextmanager
async def crowd(server: House, path: str, count: int = 50) -> AsyncIterator[Lateness]:
    """So many sessions at a path, each in one turn after the other."""
    heard, warming = Lateness(), Lateness()

    async def talk(number: int) -> None:
        await asyncio.sleep(number / count)  # people do not speak in chorus
        async with server.connect(path) as client:
            while True:
                await (heard if measuring.is_set() else warming).hear_a_turn(client)

    measuring = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(talk(number)) for number in range(count)]
        await asyncio.sleep(2)  # all are in the middle of it
        measuring.set()
        running.append(tasks.create_task(heard.watch()))
        try:
            yield heard
        finally:
            for task in running:
                task.cancel()
