"""The agents of a folder as `serve` would serve them, without serving them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from runtime.catalog.snapshot import Snapshot
from runtime.server.settings import ServerSettings
from runtime.server.world import open_world
from runtime.spec.problem import Problem
from runtime.spec.read import folder_name


def load_snapshot(settings: ServerSettings, *, online: bool = False) -> Snapshot:
    """Load and compile every spec of the settings' folder, and name its files as they are found from here.

    `online` also reaches the services of its tools.
    """
    return found_from_here(asyncio.run(_load(settings, online=online)), settings.agents)


async def _load(settings: ServerSettings, *, online: bool) -> Snapshot:
    world = open_world(settings)
    try:
        snapshot = world.catalog.current
        if not online:
            return snapshot
        from runtime.cli.online import probed  # with all that HTTP tools need

        return await probed(snapshot)
    finally:
        await world.close()


def found_from_here(snapshot: Snapshot, folder: Path) -> Snapshot:
    """The snapshot of a folder with file names that lead to the files, wherever the folder is."""
    entries = {
        name: replace(entry, file=name_from_here(entry.file, folder), problems=_all(entry.problems, folder))
        for name, entry in snapshot.entries.items()
    }
    return replace(snapshot, entries=entries, folder_problems=_all(snapshot.folder_problems, folder))


def name_from_here(text: str, folder: Path) -> str:
    """The text, in which files of the folder are named as problems name them, with paths that exist from here.

    A folder that is not below the working directory is known to the specs by its last part alone.
    """
    return _renamer(folder)(text)


def _all(problems: tuple[Problem, ...], folder: Path) -> tuple[Problem, ...]:
    rename = _renamer(folder)
    return tuple(replace(problem, file=rename(problem.file), note=rename(problem.note)) for problem in problems)


def _renamer(folder: Path) -> Callable[[str], str]:
    shown, real = folder_name(folder), folder.as_posix()
    if not shown or (Path.cwd() / shown).resolve() == folder.resolve():
        return lambda text: text
    written = re.compile(rf"(?<![^\s;,]){re.escape(shown)}(?=/|$)")
    return lambda text: written.sub(lambda _: real, text)
