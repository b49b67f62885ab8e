"""One version of the set of agents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from runtime.blueprint.model import Blueprint
from runtime.spec.problem import Problem


@dataclass(frozen=True, slots=True)
class Entry:
    """One agent and how it stands with it.

        ready      its newest revision is served
        degraded   its newest files have problems; the last good revision is served on
        held       it was rolled back; the former revision is served until its files change
        failed     it has never been good; nothing is served

    `candidate` is the digest of the files last looked at; `former` is the good revision before the served one.
    """

    name: str
    file: str
    state: str
    blueprint: Blueprint | None
    candidate: str = ""
    problems: tuple[Problem, ...] = ()
    former: Blueprint | None = None
    loaded_at: str = ""


@dataclass(frozen=True)
class Snapshot:
    """All agents, immutable. A lookup sees all of one generation or all of another.

    `folder_problems` are those of no agent: of the folder itself, or of fragments that no agent extends.
    """

    generation: int
    entries: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    folder_problems: tuple[Problem, ...] = ()

    @cached_property
    def by_path(self) -> Mapping[str, Blueprint]:
        """What is served where."""
        return {entry.blueprint.path: entry.blueprint for entry in self.entries.values() if entry.blueprint}

    @property
    def agents(self) -> tuple[Blueprint, ...]:
        """The agents that are served, by name."""
        return tuple(sorted(self.by_path.values(), key=lambda blueprint: blueprint.name))

    @property
    def rejected(self) -> tuple[Entry, ...]:
        """The agents of which nothing, or not the newest, is served because of their problems."""
        return tuple(entry for entry in self.entries.values() if entry.state in ("failed", "degraded"))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong in the folder."""
        return self.folder_problems + tuple(problem for entry in self.entries.values() for problem in entry.problems)

    def at(self, path: str) -> Blueprint | None:
        """The agent at a WebSocket path; a trailing slash makes no difference."""
        return self.by_path.get(path) or self.by_path.get(path.rstrip("/") or "/")


class Catalog:
    """Holds the current snapshot. Replacing it is one assignment: readers never wait and never see a mixture."""

    __slots__ = ("_current",)

    def __init__(self, snapshot: Snapshot) -> None:
        self._current = snapshot

    @property
    def current(self) -> Snapshot:
        """The snapshot that new sessions are served from."""
        return self._current

    def swap(self, snapshot: Snapshot) -> None:
        """Serve new sessions from this one; those that talk keep what they were born with."""
        self._current = snapshot


def rolled_back(snapshot: Snapshot, name: str) -> Snapshot | None:
    """The snapshot with an agent's former revision; None where there is none."""
    entry = snapshot.entries.get(name)
    if entry is None or entry.former is None:
        return None
    held = replace(entry, state="held", blueprint=entry.former, former=None, problems=())
    return Snapshot(snapshot.generation + 1, {**snapshot.entries, name: held}, snapshot.folder_problems)
