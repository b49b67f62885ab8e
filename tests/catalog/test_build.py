from pathlib import Path

from runtime.blueprint.compile import Workshop
from runtime.blueprint.roles import Providers
from runtime.blueprint.toolbox import Toolbox
from runtime.catalog.build import build_snapshot
from runtime.catalog.snapshot import Catalog, Snapshot
from runtime.providers.http.pool import HttpPool
from runtime.tools.paths import ToolPaths

GOOD = "model: gpt-4o\ninstructions: Hi\n"
ENV = {"OPENAI_API_KEY": "k"}


def build(folder: Path, **files: str) -> Snapshot:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return build_snapshot(folder, ENV, Workshop(folder, Providers(HttpPool(), ENV), Toolbox(ToolPaths(folder))))


def test_good_agents_are_served_and_bad_ones_rejected(tmp_path: Path) -> None:
    snapshot = build(tmp_path, zoe=GOOD, ada=GOOD + "path: /front/desk\n", bad="model: 3\n", worse="model: [\n")
    assert [agent.name for agent in snapshot.agents] == ["ada", "zoe"]
    assert [rejected.name for rejected in snapshot.rejected] == ["bad", "worse"]
    assert all(rejected.problems for rejected in snapshot.rejected)
    assert len(snapshot.problems) >= 3


def test_an_agent_is_found_by_its_path_alone(tmp_path: Path) -> None:
    snapshot = build(tmp_path, ada=GOOD + "path: /front/desk\n", root=GOOD + "path: /\n")
    assert snapshot.at("/front/desk") is snapshot.at("/front/desk/") is snapshot.by_path["/front/desk"]
    assert snapshot.at("/front") is None
    assert snapshot.at("/ada") is None
    root = snapshot.at("/")
    assert root is not None
    assert root.name == "root"


def test_two_agents_cannot_share_a_path_or_a_name(tmp_path: Path) -> None:
    snapshot = build(tmp_path, a=GOOD + "path: /x\n", b=GOOD + "path: /x\n", c=GOOD + "name: a\n")
    assert [agent.name for agent in snapshot.agents] == ["a"]
    assert {rejected.file.split("/")[-1] for rejected in snapshot.rejected} == {"b.yaml", "c.yaml"}


def test_a_missing_folder_is_a_problem_and_not_a_crash(tmp_path: Path) -> None:
    snapshot = build(tmp_path / "nowhere")
    assert not snapshot.agents
    assert snapshot.problems


def test_the_catalog_hands_out_its_snapshot(tmp_path: Path) -> None:
    snapshot = build(tmp_path, ada=GOOD)
    assert Catalog(snapshot).current is snapshot
