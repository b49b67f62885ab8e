"""`check` and the server reach the same verdict, on every mistake of the golden suite."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.blueprint.compile import Workshop
from runtime.blueprint.roles import Providers
from runtime.blueprint.toolbox import Toolbox
from runtime.catalog.build import Builder
from runtime.cli.findings import examine
from runtime.providers.http.pool import HttpPool
from runtime.tools.paths import ToolPaths
from tests.spec.test_mutations import ANOTHER_TYPE, SPOTS, Spot

AGENTS = Path(__file__).parents[2] / "agents.d"
GOLDEN = Path(__file__).parents[1] / "spec" / "golden"
CASES = sorted(path for path in GOLDEN.glob("*.yaml") if not path.name.startswith("_"))
ENV = {"OPENAI_API_KEY": "k"}
Verdict = set[tuple[int, int, str, str]]


@pytest.fixture(scope="module")
def golden_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the cases include and call, without the cases and what they extend."""
    folder = tmp_path_factory.mktemp("golden") / "agents.d"
    shutil.copytree(GOLDEN, folder, ignore=shutil.ignore_patterns("*.yaml", "*.yml", "*.txt"))
    return folder


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_check_and_the_server_agree(case: Path, golden_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    monkeypatch.chdir(golden_folder.parent)
    needed = family(case)
    for file in needed:
        shutil.copy(file, golden_folder / file.name)
    checked, served = verdicts()
    for file in needed:
        (golden_folder / file.name).unlink()
    assert checked == served
    assert checked


def family(case: Path) -> set[Path]:
    """A case and the files that it names, and those that they name."""
    found, left = {case}, [case]
    while left:
        text = left.pop().read_text(errors="replace")
        named = {GOLDEN / name for name in re.findall(r"[\w-]+\.yaml", text)}
        fresh = {file for file in named - found if file.is_file()}
        found |= fresh
        left += fresh
    return found


def renamed(spot: Spot) -> str:
    end = spot.key.end_mark.index
    return f"{spot.text[:end]}zzq{spot.text[end:]}"


def retyped(spot: Spot) -> str:
    return spot.text[: spot.value.start_mark.index] + ANOTHER_TYPE + spot.text[spot.end :]


def deleted(spot: Spot) -> str:
    return spot.text[: spot.begin] + spot.text[spot.end :]


def doubled(spot: Spot) -> str:
    entry = spot.text[spot.begin : spot.end]
    return spot.text[: spot.end] + "\n" + " " * spot.key.start_mark.column + entry + spot.text[spot.end :]


def shifted(spot: Spot) -> str:
    start = spot.text.rfind("\n", 0, spot.begin) + 1
    return spot.text[:start] + " " + spot.text[start:]


@pytest.mark.parametrize("mutate", [renamed, retyped, deleted, doubled, shifted])
def test_they_agree_on_mutations_of_the_shipped_specs(
    mutate: Callable[[Spot], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "agents.d"
    shutil.copytree(AGENTS, folder, ignore=shutil.ignore_patterns("*.yaml", "__pycache__"))
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    monkeypatch.chdir(tmp_path)
    for spot in SPOTS:
        mutant = folder / spot.file.name
        mutant.write_text(mutate(spot))
        checked, served = verdicts()
        assert checked == served, f"{spot.file.name}:{spot.line}"
        mutant.unlink()


def verdicts() -> tuple[Verdict, Verdict]:
    """What `check` says of the folder and what the server does."""
    server = Builder(
        Path("agents.d"),
        ENV,
        Workshop(Path("agents.d"), Providers(HttpPool(), ENV), Toolbox(ToolPaths(Path("agents.d")))),
    )
    both = examine(["agents.d"], None).problems, server.build().problems
    said = [{(p.line, p.column, p.code, p.message) for p in problems} for problems in both]
    return said[0], said[1]
