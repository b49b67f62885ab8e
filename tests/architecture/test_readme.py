"""What the README shows is true."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pytest_aiohttp import AiohttpServer

from runtime.blueprint.compile import Workshop
from runtime.blueprint.roles import Providers
from runtime.blueprint.toolbox import Toolbox
from runtime.catalog.build import build_snapshot
from runtime.cli.parser import COMMANDS
from runtime.errors import ToolError
from runtime.providers.http.pool import HttpPool
from runtime.spec.problem import render
from runtime.spec.schema import load_schema
from runtime.tools.context import Call, Caller
from runtime.tools.paths import ToolPaths

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
ENV = {"OPENAI_API_KEY": "k"}


def fences(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.fixture
def barista(tmp_path: Path) -> Path:
    spec, tool = fences("yaml")[0], fences("python")[0]
    (tmp_path / "barista.yaml").write_text(spec)
    (tmp_path / "barista_tools.py").write_text(tool)
    return tmp_path


def workshop(folder: Path, env: Mapping[str, str] = ENV) -> Workshop:
    return Workshop(folder, Providers(HttpPool(), env), Toolbox(ToolPaths(folder)))


async def test_the_example_works(barista: Path) -> None:
    snapshot = build_snapshot(barista, ENV, workshop(barista))
    assert not snapshot.problems
    (agent,) = snapshot.agents
    assert await agent.tools["price_of"].call({"drink": "tea"}) == "The tea is 2.80 euros."


async def test_the_example_of_both_kinds_of_tools_works(tmp_path: Path, aiohttp_server: AiohttpServer) -> None:
    service: dict[str, Any] = {"__name__": "host_service"}
    exec(fences("python")[2], service)
    listed: list[tuple[str, object]] = []

    @web.middleware
    async def listen(request: web.Request, handler: Any) -> web.StreamResponse:
        listed.append((request.headers["Authorization"], await request.json()))
        answer: web.StreamResponse = await handler(request)
        return answer

    service["app"].middlewares.append(listen)
    api = await aiohttp_server(service["app"])
    env = ENV | {"HOST_API": f"http://127.0.0.1:{api.port}", "HOST_TOKEN": "t0ken"}
    (tmp_path / "host.yaml").write_text(fences("yaml")[1])
    (tmp_path / "host_tools.py").write_text(fences("python")[1])
    house = workshop(tmp_path, env)
    snapshot = build_snapshot(tmp_path, env, house)
    assert not snapshot.problems
    (agent,) = snapshot.agents
    assert await agent.tools["waiting_time"].call({"guests": 4}) == {"minutes": 20}
    with pytest.raises(ToolError, match=r"^No table is that long\.$"):
        await agent.tools["waiting_time"].call({"guests": 9})
    caller = Caller(values=agent.words("ses_1", datetime(2026, 1, 5, 19, 30, tzinfo=UTC)))
    assert await agent.tools["book"].call({"guests": 4, "name": "Ada"}, Call(caller)) == {"place": 1}
    assert listed == [("Bearer t0ken", {"party": 4, "name": "Ada", "at": "19:30"})]
    assert agent.plan.tools["book"].ask_first
    assert agent.plan.tools["goodbye"].ends_session
    await house.toolbox.aclose()


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
    for part in ("model", "transcription", "voice", "chunking", "tool"):
        keys |= set(long_form(schema, part))
    tool = schema["$defs"]["tool"]["properties"]
    keys |= set(tool["http"]["properties"]) | set(tool["say"]["properties"])
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
