"""What start-up tells people: who is served where and by whom, and who is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from runtime.blueprint.model import Blueprint, RoleChoice
from runtime.catalog.snapshot import Snapshot
from runtime.cli.table import aligned
from runtime.cli.terminal import Terminal
from runtime.spec.problem import render

_VERBS = {"model": "model", "voice": "voice", "transcription": "hears"}
_HONEST = "the built-in scripted model answers from your tools; it is not a language model"


def served_lines(agents: Iterable[Blueprint], url: str) -> list[str]:
    """One line for each agent: its address, its name, and who plays its roles."""
    return aligned([(f"{url}{agent.path}", agent.name, cast(agent.choices)) for agent in agents])


def cast(choices: Mapping[str, RoleChoice]) -> str:
    """Who plays the roles: `model local/scripted · voice local/alloy · hears local/whisper-1`."""
    return " · ".join(f"{verb} {choices[role].label}" for role, verb in _VERBS.items() if role in choices)


def provider_lines(agents: Iterable[Blueprint]) -> Iterator[str]:
    """Which provider was chosen for which roles and why, each said once; and what the scripted model is."""
    agents = tuple(agents)
    chosen: dict[tuple[str, str], tuple[dict[str, None], dict[str, None]]] = {}
    for agent in agents:
        for role in _VERBS:
            if role in agent.choices:
                choice = agent.choices[role]
                roles, names = chosen.setdefault((choice.provider, choice.reason), ({}, {}))
                roles[role], names[agent.name] = None, None
    for (provider, reason), (roles, names) in chosen.items():
        some = f" of {', '.join(names)}" if len(names) < len(agents) else ""
        yield f"{provider} for {', '.join(roles)}{some}: {reason}"
    if any(agent.choices["model"].provider == "local" for agent in agents):
        yield _HONEST


def tell_unserved(snapshot: Snapshot, terminal: Terminal) -> None:
    """Say loudly which agents are not served, with every problem."""
    for problem in snapshot.folder_problems:
        terminal.line(render(problem, color=terminal.color))
    for rejected in snapshot.rejected:
        terminal.line(terminal.paint(f"NOT SERVED: {rejected.name} ({rejected.file})", "red"))
        for problem in rejected.problems:
            terminal.line(render(problem, color=terminal.color))
