"""What editors and other validators make of the schema: a slip shown, keys completed, their meaning explained."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from runtime.spec.schema import load_schema, schema_path
from tests.cli.conftest import Run
from tests.support.lsp import Editor, editing

SHIPPED = sorted((Path(__file__).parents[2] / "agents.d").glob("[!_.]*.yaml"))
SLIP = """\
# yaml-language-server: $schema=schemas/agent.schema.json
model: gpt-4o
instructions: You are Ada.
voise: alloy
chunking:
  max_wait_ms: 300
  \n"""
LAST = SLIP.count("\n") - 1


@pytest.fixture
async def editor(node_modules: Path) -> AsyncIterator[Editor]:
    server = node_modules / "yaml-language-server" / "bin" / "yaml-language-server"
    settings = {"yaml": {"validate": True, "hover": True, "completion": True, "schemaStore": {"enable": False}}}
    async with editing("node", str(server), "--stdio", configuration=settings) as editor:
        yield editor


@pytest.fixture
def slip(tmp_path: Path) -> Path:
    """A spec whose only link to the schema is its modeline."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "agent.schema.json").write_bytes(schema_path("agent").read_bytes())
    (tmp_path / "slip.yaml").write_text(SLIP, encoding="utf-8")
    return tmp_path / "slip.yaml"


async def test_an_editor_marks_the_unknown_key(editor: Editor, slip: Path) -> None:
    (diagnostic,) = await editor.open(slip)
    assert "voise is not allowed" in diagnostic["message"]
    assert diagnostic["range"] == {"start": {"line": 3, "character": 0}, "end": {"line": 3, "character": 5}}


async def test_an_editor_offers_the_keys_with_their_meaning(editor: Editor, slip: Path) -> None:
    await editor.open(slip)
    offered = await editor.complete(slip, LAST, 0)
    keys = {key: rule for key, rule in load_schema("agent")["properties"].items() if not rule.get("doNotSuggest")}
    assert offered.keys() >= keys.keys() - {"model", "instructions", "chunking"}
    assert not offered.keys() & {"model", "instructions", "chunking"}, "what is written already is not offered again"
    rule = keys["first_message"]
    assert offered["first_message"]["documentation"] == rule.get("markdownDescription", rule["description"])


async def test_a_completed_key_is_a_snippet_with_a_value_to_type_over(editor: Editor, slip: Path) -> None:
    await editor.open(slip)
    name = (await editor.complete(slip, LAST, 0))["name"]
    assert name["insertTextFormat"] == 2
    assert re.fullmatch(r"name: \$\{1:.+\}", name["textEdit"]["newText"])


async def test_an_editor_completes_inside_a_mapping(editor: Editor, slip: Path) -> None:
    await editor.open(slip)
    offered = await editor.complete(slip, LAST, 2)
    assert offered.keys() >= {"min_chunk_size", "first_chunk_size", "parallel_generation"}
    assert "default: 20" in str(offered["min_chunk_size"]) or "${1:20}" in str(offered["min_chunk_size"])


async def test_an_editor_explains_the_key_under_the_pointer(editor: Editor, slip: Path) -> None:
    await editor.open(slip)
    rule = load_schema("agent")["properties"]["chunking"]["properties"]["max_wait_ms"]
    assert rule["description"] in (await editor.hover(slip, SLIP.splitlines().index("  max_wait_ms: 300"), 4))


async def test_the_shipped_personas_are_clean_in_an_editor(editor: Editor) -> None:
    assert SHIPPED
    for file in SHIPPED:
        assert await editor.open(file) == [], file.name


@pytest.mark.parametrize("beside", [True, False], ids=["schema in the project", "schema in the folder"])
async def test_a_new_persona_is_clean_and_explained(
    editor: Editor, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    if beside:
        (tmp_path / "schemas").mkdir()
        (tmp_path / "schemas" / "agent.schema.json").write_bytes(schema_path("agent").read_bytes())
    assert run("new", "ada").code == 0
    spec = tmp_path / "agents.d" / "ada.yaml"
    assert await editor.open(spec) == []
    line = next(number for number, text in enumerate(spec.read_text().splitlines()) if text.startswith("voice:"))
    assert load_schema("agent")["properties"]["voice"]["description"] in await editor.hover(spec, line, 1)


# -- ajv


def validated(node_modules: Path, *files: Path) -> dict[str, list[str]]:
    script = Path(__file__).parents[1] / "support" / "validate.cjs"
    command: Sequence[str | Path] = ["node", script, schema_path("agent"), *files]
    environment = os.environ | {"NODE_PATH": str(node_modules)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_ajv_accepts_the_shipped_personas(node_modules: Path) -> None:
    assert validated(node_modules, *SHIPPED) == {str(file): [] for file in SHIPPED}


def test_ajv_refuses_what_callboard_refuses(node_modules: Path, slip: Path, tmp_path: Path) -> None:
    worse = tmp_path / "worse.yaml"
    worse.write_text("model: gpt-4o\ninstructions: Hi.\nchunking: {max_wait_ms: soon}\nname: Ada\n", encoding="utf-8")
    found = validated(node_modules, slip, worse)
    assert found[str(slip)] == ["/ additionalProperties"]
    assert sorted(found[str(worse)]) == ["/chunking/max_wait_ms type", "/name pattern"]
