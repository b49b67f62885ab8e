"""Every way of writing a file, seen by a real watcher: picked up once, and nothing half-written ever served."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from runtime.blueprint.compile import Workshop
from runtime.blueprint.roles import Providers
from runtime.blueprint.toolbox import Toolbox
from runtime.catalog.build import Builder
from runtime.catalog.reload import Reloader
from runtime.catalog.snapshot import Catalog, Snapshot
from runtime.catalog.watch import Watcher
from runtime.providers.http.pool import HttpPool
from runtime.tools.paths import ToolPaths

ENV = {"OPENAI_API_KEY": "k"}
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def spec(word: str) -> str:
    return f"model: gpt-4o\nvoice: null\ntranscription: null\ninstructions: |\n  {word} begins.\n  {word} ends.\n"


OLD, NEW = spec("aaa"), spec("bbb")
Write = Callable[[Path], Coroutine[Any, Any, None]]


async def replace(file: Path) -> None:
    """As most editors save."""
    file.with_name("4913").write_text("")
    fresh = file.with_name(".fresh.tmp")
    fresh.write_text(NEW)
    fresh.replace(file)
    file.with_name("4913").unlink()


async def truncate_and_write(file: Path) -> None:
    """As others do: and what stands there half-way is valid YAML."""
    with file.open("w") as out:
        for piece in (NEW[:60], NEW[60:80], NEW[80:]):
            await asyncio.sleep(0.05)
            out.write(piece)
            out.flush()


async def same_size_at_the_same_time(file: Path) -> None:
    times = file.stat()
    file.write_text(NEW)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


async def target_of_a_link_outside(file: Path) -> None:
    outside = file.parent.with_name("outside.yaml")
    outside.write_text(OLD)
    file.unlink()
    file.symlink_to(outside)
    await asyncio.sleep(0.3)
    outside.write_text(NEW)


async def config_map(file: Path) -> None:
    """As a kubelet updates a mounted ConfigMap: a new folder, and one link renamed over another."""
    folder = file.parent
    for revision, text in (("..1", OLD), ("..2", NEW)):
        (folder / revision).mkdir()
        (folder / revision / file.name).write_text(text)
    file.unlink()
    (folder / "..data").symlink_to("..1")
    file.symlink_to(f"..data/{file.name}")
    await asyncio.sleep(0.3)
    (folder / "..data_tmp").symlink_to("..2")
    (folder / "..data_tmp").replace(folder / "..data")
    shutil.rmtree(folder / "..1")


async def renamed_folder(file: Path) -> None:
    folder = file.parent
    away = folder.with_name("away")
    folder.rename(away)
    await asyncio.sleep(0.1)
    (away / file.name).write_text(NEW)
    away.rename(folder)


async def checkout_of_a_branch(file: Path) -> None:
    def git(*words: str) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *identity, *words], cwd=file.parent, check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "-m", "old")
    git("checkout", "-b", "new")
    file.write_text(NEW)
    git("commit", "-am", "new")
    git("checkout", "main")
    await asyncio.sleep(0.3)
    git("checkout", "new")


async def delete_and_write(file: Path) -> None:
    file.unlink()
    await asyncio.sleep(0.02)
    file.write_text(NEW)


class NotingCatalog(Catalog):
    """Keeps what was served, in order."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot)
        self.texts: list[str] = []
        self._note()

    @override
    def swap(self, snapshot: Snapshot) -> None:
        super().swap(snapshot)
        self._note()

    def _note(self) -> None:
        for agent in self.current.agents:
            text = agent.open("ses_1", {}, NOW).instructions
            if text not in self.texts[-1:]:
                self.texts.append(text)


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[tuple[Path, NotingCatalog]]:
    folder = tmp_path / "agents.d"
    folder.mkdir()
    (folder / "ada.yaml").write_text(OLD)
    builder = Builder(folder, ENV, Workshop(folder, Providers(HttpPool(), ENV), Toolbox(ToolPaths(folder))))
    catalog = NotingCatalog(builder.build())
    reloader = Reloader(catalog, builder)
    watcher = Watcher(folder, catalog, reloader, poll=0.02, settle=0.1)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(watcher.run())
        await asyncio.sleep(0.1)
        yield folder / "ada.yaml", catalog
        watcher.stop()
    reloader.close()


@pytest.mark.parametrize(
    "write",
    [
        replace,
        truncate_and_write,
        same_size_at_the_same_time,
        target_of_a_link_outside,
        config_map,
        renamed_folder,
        checkout_of_a_branch,
        delete_and_write,
    ],
    ids=lambda write: write.__name__,
)
async def test_an_edit_is_picked_up_once_however_it_is_written(
    watched: tuple[Path, NotingCatalog], write: Write
) -> None:
    file, catalog = watched
    await write(file)
    async with asyncio.timeout(10):
        while len(catalog.texts) < 2:  # noqa: ASYNC110 - the watcher tells nobody
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)
    assert catalog.texts == ["aaa begins.\naaa ends.", "bbb begins.\nbbb ends."]
    assert not catalog.current.problems
