"""The contract of a reload, on a real folder."""

import asyncio
import gc
import logging
import threading
import weakref
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runtime.blueprint.compile import Workshop
from runtime.blueprint.model import Blueprint
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
GOOD = "model: gpt-4o\ninstructions: {}\nvoice: null\ntranscription: null\n"


class Stage:
    """A folder and what is served of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        workshop = Workshop(folder, Providers(HttpPool(), ENV), Toolbox(ToolPaths(folder)))
        self.builder = Builder(folder, ENV, workshop)
        self.catalog = Catalog(self.builder.build())

    def write(self, name: str, text: str) -> None:
        file = self.folder / (name if "." in name else f"{name}.yaml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def rebuild(self) -> Snapshot:
        self.catalog.swap(self.builder.build(self.catalog.current))
        return self.catalog.current

    def served(self, name: str) -> Blueprint:
        blueprint = self.catalog.current.entries[name].blueprint
        assert blueprint is not None
        return blueprint

    def says(self, name: str) -> str:
        return self.served(name).open("ses_1", {}, NOW).instructions

    def state(self, name: str) -> str:
        return self.catalog.current.entries[name].state


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    (tmp_path / "ada.yaml").write_text(GOOD.format("one"))
    (tmp_path / "bob.yaml").write_text(GOOD.format("Bob."))
    return Stage(tmp_path)


def test_an_edit_changes_its_agent_alone(stage: Stage) -> None:
    ada, bob = stage.served("ada"), stage.served("bob")
    stage.write("ada", GOOD.format("two"))
    snapshot = stage.rebuild()
    assert snapshot.generation == 2
    assert stage.says("ada") == "two"
    assert stage.served("bob") is bob
    assert ada.open("ses_1", {}, NOW).instructions == "one", "whoever was born with it keeps it"


def test_nothing_changed_is_no_new_generation(stage: Stage) -> None:
    before = stage.catalog.current
    (stage.folder / "ada.yaml").touch()
    after = stage.rebuild()
    assert after.generation == before.generation
    assert after.agents == before.agents


def test_a_broken_edit_keeps_the_last_good_revision_and_the_fix_clears_it(stage: Stage) -> None:
    good = stage.served("ada")
    stage.write("ada", "model: [\n")
    stage.rebuild()
    assert stage.state("ada") == "degraded"
    assert stage.served("ada") is good
    assert stage.catalog.current.entries["ada"].problems
    stage.write("ada", GOOD.format("one"))
    stage.rebuild()
    assert (stage.state("ada"), stage.catalog.current.problems) == ("ready", ())
    assert stage.served("ada") is good, "a revert is no rebuild"


def test_an_agent_that_was_never_good_is_not_served(stage: Stage) -> None:
    stage.write("zoe", "model: 3\n")
    snapshot = stage.rebuild()
    assert stage.state("zoe") == "failed"
    assert snapshot.at("/zoe") is None
    assert [agent.name for agent in snapshot.agents] == ["ada", "bob"]


def test_no_finding_is_lost_to_a_name_that_another_file_has(stage: Stage) -> None:
    stage.write("ada", "name: bert\n" + GOOD.format("one"))
    stage.write("bert", "model: [\n")
    stage.write("bad.yaml", "model: [\n")
    stage.write("bad.yml", "model: {\n")
    snapshot = stage.rebuild()
    assert {problem.file.rpartition("/")[2] for problem in snapshot.problems} == {"bert.yaml", "bad.yaml", "bad.yml"}
    assert stage.says("bert") == "one"


def test_a_removed_file_takes_its_agent_away_and_a_lost_folder_does_not(stage: Stage) -> None:
    (stage.folder / "bob.yaml").unlink()
    assert [agent.name for agent in stage.rebuild().agents] == ["ada"]
    moved = stage.folder.with_name("moved")
    stage.folder.rename(moved)
    snapshot = stage.rebuild()
    assert [agent.name for agent in snapshot.agents] == ["ada"]
    assert snapshot.folder_problems
    moved.rename(stage.folder)
    assert stage.rebuild().folder_problems == ()


def test_two_agents_can_swap_their_paths(stage: Stage) -> None:
    stage.write("ada", GOOD.format("one") + "path: /bob\n")
    stage.write("bob", GOOD.format("Bob.") + "path: /ada\n")
    snapshot = stage.rebuild()
    assert not snapshot.problems
    found = snapshot.at("/bob")
    assert found is not None
    assert found.name == "ada"


def test_whoever_has_a_path_keeps_it(stage: Stage) -> None:
    stage.write("aaa", GOOD.format("thief") + "path: /bob\n")
    snapshot = stage.rebuild()
    found = snapshot.at("/bob")
    assert found is not None
    assert found.name == "bob"
    assert stage.state("aaa") == "failed"


def test_renaming_a_file_is_not_an_edit(stage: Stage) -> None:
    stage.write("ada", "name: ada\n" + GOOD.format("one"))
    stage.rebuild()
    ada = stage.served("ada")
    (stage.folder / "ada.yaml").rename(stage.folder / "renamed.yaml")
    stage.rebuild()
    assert stage.served("ada") is ada


def test_a_shared_part_changes_exactly_the_agents_that_use_it(stage: Stage) -> None:
    stage.write("tone.j2", "Be brief.")
    stage.write("ada", GOOD.format("\"{% include 'tone.j2' %}\""))
    stage.rebuild()
    bob = stage.served("bob")
    stage.write("tone.j2", "Be long.")
    stage.rebuild()
    assert stage.says("ada") == "Be long."
    assert stage.served("bob") is bob


async def test_a_tool_module_changes_for_new_sessions_and_not_for_running_ones(stage: Stage) -> None:
    stage.write("kit.py", 'def number() -> int:\n    """A number."""\n    return 1\n')
    stage.write("ada", GOOD.format("one") + "tools: {number: {python: 'kit:number'}}\n")
    stage.rebuild()
    old = stage.served("ada")
    stage.write("kit.py", 'def number() -> int:\n    """A number."""\n    return 2\n')
    stage.rebuild()
    assert await old.tools["number"].call({}) == 1
    assert await stage.served("ada").tools["number"].call({}) == 2
    stage.write("kit.py", "import nothing_of_the_kind\n")
    stage.rebuild()
    assert stage.state("ada") == "degraded"
    assert "kit.py" in str(stage.catalog.current.entries["ada"].problems)
    assert await stage.served("ada").tools["number"].call({}) == 2


def test_old_revisions_are_freed(stage: Stage) -> None:
    seen: list[weakref.ref[Blueprint]] = []
    pinned = [stage.served("ada")]
    for number in range(50):
        stage.write("ada", GOOD.format(f"number {number}"))
        stage.rebuild()
        seen.append(weakref.ref(stage.served("ada")))
        if number < 3:
            pinned.append(stage.served("ada"))
    gc.collect()
    assert sum(ref() is not None for ref in seen) <= len(pinned) + 1


async def test_a_rollback_holds_until_the_files_change(stage: Stage) -> None:
    reloader = Reloader(stage.catalog, stage.builder)
    stage.write("ada", GOOD.format("two"))
    await reloader.reload()
    report = await reloader.roll_back("ada")
    assert report is not None
    assert report.changed == ("ada",)
    assert (stage.says("ada"), stage.state("ada")) == ("one", "held")
    await reloader.reload()
    assert (stage.says("ada"), stage.state("ada")) == ("one", "held")
    stage.write("ada", GOOD.format("three"))
    await reloader.reload()
    assert (stage.says("ada"), stage.state("ada")) == ("three", "ready")
    assert await reloader.roll_back("nobody") is None
    reloader.close()


async def test_requests_that_come_together_share_a_build(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    reloader = Reloader(stage.catalog, stage.builder)
    builds: list[str] = []
    go, build = threading.Event(), stage.builder.build

    def slowly(former: Snapshot) -> Snapshot:
        builds.append(threading.current_thread().name)
        go.wait(5)
        return build(former)

    monkeypatch.setattr(stage.builder, "build", slowly)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(reloader.reload())
        await asyncio.sleep(0.02)
        others = [tasks.create_task(reloader.reload()) for _ in range(5)]
        await asyncio.sleep(0.02)
        go.set()
    assert first.result().generation == 1
    assert {other.result() for other in others} == {first.result()}
    assert len(builds) == 2
    assert all(name.startswith("catalog") for name in builds), "never on the loop's own threads"
    reloader.close()


async def test_a_finding_is_logged_once(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    reloader = Reloader(stage.catalog, stage.builder)
    stage.write("ada", "model: gpt-4o\nvoise: x\n")
    with caplog.at_level(logging.WARNING, "runtime.catalog"):
        await reloader.reload()
        await reloader.reload()
    assert caplog.text.count("voise: x") == 1
    assert reloader.tally.results["ada", "failure"] == 2
    reloader.close()


async def test_the_watcher_sees_edits_and_survives_everything(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    reloader = Reloader(stage.catalog, stage.builder)
    watcher = Watcher(stage.folder, stage.catalog, reloader, poll=0.01, settle=0.01)
    fail, reload = [True], reloader.reload

    async def sometimes() -> object:
        if fail.pop() if fail else False:
            raise RuntimeError("once")
        return await reload()

    monkeypatch.setattr(reloader, "reload", sometimes)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        tasks.create_task(watcher.run())
        stage.write("ada", GOOD.format("two"))
        while stage.says("ada") != "two":  # noqa: ASYNC110 - the watcher tells nobody
            await asyncio.sleep(0.01)
        watcher.stop()
    assert watcher.errors == 1
    assert watcher.last_scan > 0
    reloader.close()
