"""`callboard explain`: every value, its place, and what a session begins with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import ADA, Run

HOUSE = """\
model: {name: m, api_key: "${env:KEY}", extra_body: {seed: 3, token: inline}, fallbacks: [openai/second, {name: third}]}
voice: openai/${env:VOICE}
instructions: |
  You work for ${env:OWNER}. Say {{ greeting }} to {{ guest }}, number {{ n }} of {{ limit }}.
  It is always {{ agent }}.
"""
INN = """\
extends: _house.yaml
transcription: null
timezone: ${env:ZONE}
first_message: "{{ greeting }}!"
variables:
  greeting: {default: Hello}
  guest: {default: "${env:OWNER}"}
  n: {type: integer, required: true}
  limit: {type: integer}
tools: {clock: {python: "clock:get_time", examples: [what time is it]}}
"""
SECRETS = {
    "KEY": "sekret-1",
    "VOICE": "sekret-2",
    "OWNER": "sekret-3",
    "ZONE": "Asia/Kathmandu",
    "OPENAI_API_KEY": "sekret-4",
}


@pytest.fixture
def inn(agents: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (agents / "_house.yaml").write_text(HOUSE)
    (agents / "inn.yaml").write_text(INN)
    return agents


@pytest.fixture
def secrets(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


def values(out: str) -> dict[str, tuple[str, str]]:
    """Value and place by key."""
    lines = (re.fullmatch(r"([\w.\[\]-]+): (.*?) {2,}(\S+)", line) for line in out.splitlines())
    return {found[1]: (found[2], found[3]) for found in lines if found}


@pytest.mark.usefixtures("inn", "secrets")
def test_every_value_has_its_place(run: Run) -> None:
    result = run("explain", "inn")
    assert (result.code, result.err) == (0, "")
    found = values(result.out)
    assert found["model.name"] == ("m", "agents.d/_house.yaml:1")
    assert found["model.timeout_ms"] == ("60000", "(default)")
    assert found["model.extra_body.seed"] == ("3", "agents.d/_house.yaml:1")
    assert found["model.fallbacks[0].name"] == ("second", "agents.d/_house.yaml:1")
    assert found["model.fallbacks[0].provider"] == ("openai", "agents.d/_house.yaml:1")
    assert found["model.fallbacks[1].provider"] == ('""', "(default)")
    assert found["transcription"] == ("null", "agents.d/inn.yaml:2")
    assert found["first_message"] == ("{{ greeting }}!", "agents.d/inn.yaml:4")
    assert found["variables.n.required"] == ("true", "agents.d/inn.yaml:8")
    assert found["variables.n.from"] == ("query", "(default)")
    assert found["tools.clock.python"] == ("clock:get_time", "agents.d/inn.yaml:10")
    assert found["tools.clock.examples"] == ('["what time is it"]', "agents.d/inn.yaml:10")
    assert found["limits.max_audio_bytes"] == ("10485760", "(default)")
    assert found["path"] == ("/inn", "(default)")
    places = {
        line.index(place) for line in result.out.splitlines() for place in ("(default)", "agents.d/") if place in line
    }
    assert len(places) == 1, "they line up"


@pytest.mark.usefixtures("inn", "secrets")
def test_what_came_from_outside_is_never_shown(run: Run) -> None:
    result = run("explain", "inn")
    found = values(result.out)
    for key in (
        "model.api_key",
        "model.extra_body.token",
        "voice.name",
        "instructions",
        "variables.guest.default",
        "timezone",
    ):
        assert found[key][0] == "***", key
    for value in (*SECRETS.values(), "inline"):
        assert value not in result.out


@pytest.mark.usefixtures("inn", "secrets")
def test_the_templates_are_filled_in_with_what_is_known(run: Run) -> None:
    out = run("explain", "inn").out
    assert out.endswith(
        "\ninstructions:\n"
        "You work for ${env:OWNER}. Say Hello to ***, number <n> of None.\n"
        "It is always inn.\n"
        "\nfirst message:\nHello!\n"
    )


@pytest.mark.usefixtures("as_terminal")
def test_defaults_are_dim(agents: Path, run: Run) -> None:
    lines = run("explain", "ada").out.splitlines()
    assert any(re.fullmatch(r"\x1b\[2mmax_steps: 5 +\(default\)\x1b\[0m", line) for line in lines)
    assert any(re.fullmatch(r"voice: null +agents\.d/ada\.yaml:2", line) for line in lines)
    assert "\x1b[1minstructions:\x1b[0m" in lines


def test_a_file_of_instructions_is_named_and_long_texts_are_shortened(agents: Path, run: Run) -> None:
    (agents / "ask.md").write_text("Ask.\n")
    text = ADA.replace("instructions: You are Ada.", "instructions: {file: ask.md}").replace("tests.", "tests. " * 20)
    (agents / "ada.yaml").write_text(text)
    result = run("explain", "ada")
    assert values(result.out)["instructions.file"] == ("ask.md", "agents.d/ada.yaml:5")
    assert "…" in values(result.out)["description"][0]
    assert result.out.endswith("\ninstructions:\nAsk.\n")


def test_names_of_files_lead_to_them_from_elsewhere(agents: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = agents.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert values(run("explain", "ada", "--agents", "../agents.d").out)["voice"] == ("null", "../agents.d/ada.yaml:2")


def test_a_name_that_does_not_exist_is_corrected(agents: Path, run: Run) -> None:
    result = run("explain", "adda")
    assert (result.code, result.out) == (2, "")
    assert result.err == "callboard: There is no agent 'adda'; did you mean 'ada'?\n"


@pytest.mark.parametrize(
    ("old", "new", "code"), [("voice:", "voise:", "unknown-key"), ('get_time"', 'nothing"', "tool")]
)
def test_an_agent_with_problems_shows_them(agents: Path, run: Run, old: str, new: str, code: str) -> None:
    (agents / "ada.yaml").write_text(ADA.replace(old, new))
    result = run("explain", "ada")
    assert result.code == 1
    assert f"error[{code}]" in result.err
    assert result.err.endswith("callboard: ada cannot be explained before its problems are solved.\n")
