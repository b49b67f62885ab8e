"""What the README shows is true."""

import re
from pathlib import Path

import pytest

from runtime.blueprint.compile import Workshop
from runtime.blueprint.roles import Providers
from runtime.blueprint.toolbox import Toolbox
from runtime.catalog.build import build_snapshot
from runtime.cli.parser import COMMANDS
from runtime.providers.http.pool import HttpPool
from runtime.spec.problem import render
from runtime.spec.schema import load_schema
from runtime.tools.paths import ToolPaths

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
ENV = {"OPENAI_API_KEY": "k"}


def fences(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture
def barista(tmp_path: Path) -> Path:
    (spec,), (tool,) = fences("yaml"), fences("python")
    (tmp_path / "barista.yaml").write_text(spec)
    (tmp_path / "barista_tools.py").write_text(tool)
    return tmp_path


def workshop(folder: Path) -> Workshop:
    return Workshop(folder, Providers(HttpPool(), ENV), Toolbox(ToolPaths(folder)))


async def test_the_example_works(barista: Path) -> None:
    snapshot = build_snapshot(barista, ENV, workshop(barista))
    assert not snapshot.problems
    (agent,) = snapshot.agents
    assert await agent.tools["price_of"].call({"drink": "tea"}) == "The tea is 2.80 euros."


def test_the_slip_is_reported_as_shown(barista: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = (barista / "barista.yaml").read_text()
    (barista / "barista.yaml").write_text(spec.replace("voice:", "voise:"))
    monkeypatch.chdir(barista.parent)
    snapshot = build_snapshot(barista, ENV, workshop(barista))
    shown = render(snapshot.problems[0]).replace(f"{barista.name}/", "agents.d/")
    assert shown in README


def test_every_key_of_the_schema_is_named() -> None:
    schema = load_schema("agent")
    keys = set(schema["properties"]) - {"extends", "auth"}
    for part in ("model", "transcription", "voice", "chunking"):
        keys |= set(long_form(schema, part))
    missing = sorted(key for key in keys if not re.search(rf"\b{key}\b", README))
    assert not missing


def long_form(schema: dict[str, object], part: str) -> list[str]:
    """The keys of a role's long form, wherever the schema keeps them."""
    text = str(schema)
    definitions = schema.get("$defs")
    assert isinstance(definitions, dict)
    found = definitions.get(part) or schema["properties"][part]  # type: ignore[index]  # a JSON document
    candidates = [found, *found.get("oneOf", []), *found.get("anyOf", [])]
    keys = [key for candidate in candidates for key in candidate.get("properties", {})]
    assert keys or part in text
    return keys


def test_every_command_is_described() -> None:
    described = set(re.findall(r"`callboard ([a-z]+)", README))
    assert described >= set(COMMANDS)
