"""What one server process shares: the connection pool, the tool threads, the agents and how they are reloaded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from runtime.blueprint.compile import Workshop
from runtime.blueprint.roles import Providers
from runtime.blueprint.toolbox import Toolbox
from runtime.catalog.build import Builder
from runtime.catalog.reload import Reloader
from runtime.catalog.snapshot import Catalog
from runtime.catalog.watch import Watcher
from runtime.providers.http.pool import HttpPool
from runtime.server.settings import ServerSettings
from runtime.tools.paths import tool_paths


@dataclass(slots=True)
class World:
    """Everything that outlives a session and ends with the process."""

    pool: HttpPool
    toolbox: Toolbox
    catalog: Catalog
    reloader: Reloader
    watcher: Watcher

    async def close(self) -> None:
        """Release sockets, threads and child processes."""
        self.watcher.stop()
        self.reloader.close()
        async with asyncio.TaskGroup() as closing:
            for agent in self.catalog.current.agents:
                if agent.recognizer is not None:
                    closing.create_task(agent.recognizer.aclose(), name=f"close {agent.name}")
        await self.toolbox.aclose()
        self.pool.close()


def open_world(settings: ServerSettings) -> World:
    """Build the catalog of a folder; agents with problems are in its snapshot as rejected. Nothing is watched yet."""
    pool, folder = HttpPool(), Path(settings.agents)
    toolbox = Toolbox(tool_paths(folder, settings.tool_paths))
    workshop = Workshop(folder, Providers(pool, settings.env, settings.provider), toolbox)
    builder = Builder(folder, settings.env, workshop)
    catalog = Catalog(builder.build())
    reloader = Reloader(catalog, builder)
    return World(pool, toolbox, catalog, reloader, Watcher(folder, catalog, reloader))
