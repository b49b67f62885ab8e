"""`callboard check`: every problem of the specs, found the way `serve` finds them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.catalog.snapshot import Snapshot
from runtime.cli.configuration import settings_from
from runtime.cli.folder import load_snapshot
from runtime.cli.terminal import stdout
from runtime.errors import UsageError
from runtime.server.settings import ServerSettings
from runtime.spec.problem import Problem, has_errors, render


@dataclass(frozen=True, slots=True)
class Findings:
    """What checking a folder, or one file of it, brought."""

    agents: int
    problems: tuple[Problem, ...]


def run(arguments: argparse.Namespace) -> int:
    """Print all problems and a summary; 0 when no agent is kept from being served."""
    findings = [_check(*target) for target in _targets(arguments.paths, arguments.provider)]
    agents = sum(each.agents for each in findings)
    problems = [problem for each in findings for problem in each.problems]
    terminal = stdout()
    for problem in problems:
        terminal.line(render(problem, color=terminal.color))
    failed = has_errors(problems)
    terminal.line(terminal.paint(_summary(agents, problems), "red" if failed else "green"))
    return 1 if failed else 0


def _targets(paths: Sequence[str], provider: str | None) -> Iterator[tuple[ServerSettings, Path | None]]:
    """The folder to load for each path, and the file to look at where the path is one. Raises UsageError."""
    if not paths:
        yield settings_from({"provider": provider}), None
    for path in map(Path, paths):
        if not path.exists():
            raise UsageError(f"There is no file or folder {path}.")
        file = None if path.is_dir() else path
        yield settings_from({"provider": provider, "agents": path.parent if file else path}), file


def _check(settings: ServerSettings, file: Path | None) -> Findings:
    snapshot = load_snapshot(settings)
    return Findings(len(snapshot.agents), snapshot.problems) if file is None else _only(snapshot, file)


def _only(snapshot: Snapshot, file: Path) -> Findings:
    """A file is checked among its neighbours, as names and paths must differ; only its own problems are told."""
    if any(Path(agent.file).name == file.name for agent in snapshot.agents):
        return Findings(1, ())
    for rejected in snapshot.rejected:
        if Path(rejected.file).name == file.name:
            return Findings(0, rejected.problems)
    raise UsageError(f"{file} is no agent's file: those end in .yaml and do not begin with _ or a dot.")


def _summary(agents: int, problems: Sequence[Problem]) -> str:
    good = _count(agents, "agent")
    if not problems:
        return f"{good}, no problems"
    files = len({problem.file for problem in problems})
    return f"{good} can be served, {_count(len(problems), 'problem')} in {_count(files, 'file')}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
