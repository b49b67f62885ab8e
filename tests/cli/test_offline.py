"""Checking where the environment is not the one that the specs are for."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.cli.offline import stand_ins, without_unknown
from runtime.spec.problem import Problem
from tests.cli.conftest import ADA, Run

AFAR = """\
model:
  name: ${env:MODEL}
  provider: openai
  base_url: ${env:MODEL_URL}
  api_key: ${env:MODEL_KEY}
voice: {name: alloy, instructions: "Speak like ${env:ACCENT:-a sailor}."}
transcription: null
timezone: ${env:ZONE:-Europe/Lisbon}
instructions: You are ${env:WHO}.
"""


def test_missing_variables_are_findings_only_online(agents: Path, run: Run) -> None:
    (agents / "afar.yaml").write_text(AFAR)
    assert run("check").out.count("error[missing-env]") == 4
    result = run("check", "--offline")
    assert (result.code, result.out) == (0, "2 agents, no problems\n")


def test_a_set_variable_makes_no_difference_offline(agents: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (agents / "afar.yaml").write_text(AFAR)
    monkeypatch.setenv("MODEL_URL", "no address")
    monkeypatch.setenv("ZONE", "Mars/Olympus")
    assert run("check", "--offline").code == 0


@pytest.mark.parametrize("line", ["provider: ${env:WHO_RUNS_IT}", "base_url: ${env:OPENAI_BASE_URL}"])
def test_a_value_that_nobody_knows_is_not_judged(agents: Path, run: Run, line: str) -> None:
    (agents / "far.yaml").write_text(f"model:\n  name: gpt-4o\n  {line}\nvoice: null\ninstructions: Hi.\n")
    result = run("check", "--offline")
    assert (result.code, result.out) == (0, "2 agents, no problems\n")


def test_a_zone_that_nobody_knows_is_not_judged(agents: Path, run: Run) -> None:
    (agents / "ada.yaml").write_text(ADA + "timezone: ${env:ZONE}\n")
    assert run("check", "--offline", "agents.d/ada.yaml").out == "1 agent, no problems\n"


def test_a_default_is_judged(agents: Path, run: Run) -> None:
    (agents / "ada.yaml").write_text(ADA + "timezone: ${env:ZONE:-Europe/Lisbno}\n")
    result = run("check", "--offline")
    assert result.code == 1
    assert "no known time zone" in result.out


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("voise: ${env:VOICE}", "unknown-key"),
        ("path: ${env:WHERE", "bad-reference"),
        ("first_message: 'Hello ${env:WHO}, {{ nobody }}'", "template"),
        ("max_steps: none", "wrong-type"),
    ],
)
def test_other_mistakes_are_found_beside_what_nobody_knows(agents: Path, run: Run, line: str, code: str) -> None:
    (agents / "afar.yaml").write_text(f"{AFAR}{line}\n")
    result = run("check", "--offline")
    assert result.code == 1
    assert f"error[{code}" in result.out


def test_a_pinned_provider_needs_no_key_offline(agents: Path, run: Run) -> None:
    (agents / "ada.yaml").write_text(ADA.replace("local/scripted", "openai/gpt-4o"))
    assert run("check").code == 1
    assert run("check", "--offline").code == 0
    assert run("check", "--offline", "--provider", "openai").code == 0


def test_what_is_needed_stands_for_itself_and_only_openais_are_known(agents: Path) -> None:
    (agents / "afar.yaml").write_text(AFAR)
    assert stand_ins(agents) == {
        "OPENAI_API_KEY": "offline",
        "OPENAI_BASE_URL": "https://api.openai.com/v1",
        "MODEL": "${env:MODEL}",
        "MODEL_URL": "${env:MODEL_URL}",
        "MODEL_KEY": "${env:MODEL_KEY}",
        "WHO": "${env:WHO}",
    }


def test_only_the_span_decides_whose_value_is_judged() -> None:
    line = "path: /a-${env:X}  # ${env:Y}"
    judged = Problem("a.yaml", 1, 7, 11, "bad-value", "no path", source_line=line)
    beside = Problem("a.yaml", 1, 1, 4, "bad-value", "no key", source_line=line)
    assert without_unknown((judged, beside)) == (beside,)
