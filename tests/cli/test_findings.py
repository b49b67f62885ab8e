"""Folders and files that are checked, and how often each is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

import runtime.cli.findings
from runtime.catalog.snapshot import Snapshot
from runtime.cli.findings import examine
from runtime.cli.folder import load_snapshot
from runtime.errors import UsageError
from runtime.server.settings import ServerSettings
from tests.cli.conftest import ADA

BAD = "model: local/scripted\nvoise: alloy\n"


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that are loaded, as they are."""
    folders: list[Path] = []

    def load(settings: ServerSettings, *, online: bool = False) -> Snapshot:
        folders.append(settings.agents)
        return load_snapshot(settings, online=online)

    monkeypatch.setattr(runtime.cli.findings, "load_snapshot", load)
    return folders


def test_a_folder_is_loaded_once_for_all_of_its_files(agents: Path, loads: list[Path]) -> None:
    for name in ("bert", "cleo"):
        (agents / f"{name}.yaml").write_text(ADA)
    report = examine([str(agents / f"{name}.yaml") for name in ("ada", "bert", "cleo")], None)
    assert (report.agents, report.problems, loads) == (3, (), [agents])


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_is_named_twice_is_told_once(agents: Path, loads: list[Path], order: tuple[int, int]) -> None:
    (agents / "bad.yaml").write_text(BAD)
    names = [str(agents), str(agents / "bad.yaml")]
    report = examine([names[index] for index in order], None)
    assert (report.agents, len(report.problems), loads) == (1, 2, [agents])


def test_the_same_folder_by_two_names_counts_its_agents_once(agents: Path) -> None:
    report = examine(["agents.d", str(agents)], None)
    assert (report.agents, report.problems) == (1, ())


def test_folders_are_checked_apart(agents: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "ada.yaml").write_text(ADA.partition("tools:")[0])
    assert examine([str(agents), str(other)], None).agents == 2


def test_problems_come_in_the_order_of_the_files(agents: Path) -> None:
    for name in ("zoe", "bad", "max"):
        (agents / f"{name}.yaml").write_text("instructions: Hi.\n")
    files = [problem.file for problem in examine([], None).problems]
    assert files == ["agents.d/bad.yaml", "agents.d/max.yaml", "agents.d/zoe.yaml"]


def test_a_file_that_is_no_spec_is_refused(agents: Path) -> None:
    (agents / "_part.yaml").write_text("{}")
    with pytest.raises(UsageError, match=r"_part\.yaml is no agent's file"):
        examine([str(agents / "_part.yaml")], None)
