"""What start-up tells people."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import cast

from runtime.blueprint.model import Blueprint, RoleChoice
from runtime.catalog.snapshot import Entry, Snapshot
from runtime.cli.announce import provider_lines, served_lines, tell_unserved
from runtime.cli.terminal import Terminal
from runtime.spec.problem import Problem

HONEST = "the built-in scripted model answers from your tools; it is not a language model"


@dataclass
class Cast:
    """What the announcement reads of a blueprint."""

    name: str
    path: str
    choices: dict[str, RoleChoice] = field(default_factory=dict)


def agent(name: str, **roles: tuple[str, str]) -> Blueprint:
    choices = {role: RoleChoice(label.partition("/")[0], label, reason) for role, (label, reason) in roles.items()}
    return cast("Blueprint", Cast(name, f"/{name}", choices))


def test_each_agent_is_a_line_that_lines_up() -> None:
    agents = [
        agent("ada", model=("local/scripted", "r"), voice=("local/alloy", "r"), transcription=("local/whisper-1", "r")),
        agent("concierge", model=("openai/gpt-4o", "r")),
    ]
    assert served_lines(agents, "ws://h:1") == [
        "ws://h:1/ada        ada        model local/scripted · voice local/alloy · hears local/whisper-1",
        "ws://h:1/concierge  concierge  model openai/gpt-4o",
    ]


def test_each_choice_is_explained_once() -> None:
    agents = [
        agent("a", model=("local/scripted", "no key"), voice=("local/alloy", "no key")),
        agent("b", model=("local/scripted", "no key"), voice=("openai/nova", "the spec says so")),
    ]
    assert list(provider_lines(agents)) == [
        "local for model, voice: no key",
        "openai for voice of b: the spec says so",
        HONEST,
    ]


def test_a_real_language_model_needs_no_such_confession() -> None:
    assert list(provider_lines([agent("a", model=("openai/gpt-4o", "a key is set"))])) == [
        "openai for model: a key is set"
    ]


def test_agents_that_are_not_served_are_told_loudly() -> None:
    stream = io.StringIO()
    problem = Problem("agents.d/bad.yaml", 0, 1, 1, "empty", "the file holds no agent")
    empty = Problem("agents.d", 0, 1, 1, "no-agents", "the folder holds no agent", severity="warning")
    bad = Entry("bad", "agents.d/bad.yaml", "failed", None, problems=(problem,))
    snapshot = Snapshot(1, {"bad": bad}, (empty,))
    tell_unserved(snapshot, Terminal(stream))
    assert stream.getvalue().splitlines() == [
        "agents.d: warning[no-agents]: the folder holds no agent",
        "NOT SERVED: bad (agents.d/bad.yaml)",
        "agents.d/bad.yaml: error[empty]: the file holds no agent",
    ]
