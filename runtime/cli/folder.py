"""The agents of a folder as `serve` would serve them, without serving them."""

from __future__ import annotations

import asyncio

from runtime.catalog.snapshot import Snapshot
from runtime.server.run import open_world
from runtime.server.settings import ServerSettings


def load_snapshot(settings: ServerSettings) -> Snapshot:
    """Load and compile every spec of the settings' folder."""
    return asyncio.run(_load(settings))


async def _load(settings: ServerSettings) -> Snapshot:
    world = open_world(settings)
    try:
        return world.catalog.current
    finally:
        await world.close()
