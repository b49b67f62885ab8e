"""One version of the set of agents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runtime.blueprint.model import Blueprint
from runtime.spec.problem import Problem


@dataclass(frozen=True, slots=True)
class Rejected:
    """A spec that is not served, and why. `name` is the agent's where it is known, else the file's stem."""

    name: str
    file: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Path to agent, immutable. A lookup sees all of one generation or all of another."""

    generation: int
    by_path: Mapping[str, Blueprint]
    rejected: tuple[Rejected, ...] = ()
    folder_problems: tuple[Problem, ...] = ()

    @property
    def agents(self) -> tuple[Blueprint, ...]:
        """The agents that are served, by name."""
        return tuple(sorted(self.by_path.values(), key=lambda blueprint: blueprint.name))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong in the folder."""
        return self.folder_problems + tuple(problem for spec in self.rejected for problem in spec.problems)

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
