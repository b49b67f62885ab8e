"""What checking folders, or single files of them, brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from runtime.catalog.snapshot import Snapshot
from runtime.cli.configuration import settings_from
from runtime.cli.folder import load_snapshot
from runtime.cli.offline import stand_ins, without_unknown
from runtime.cli.reports.report import Report
from runtime.errors import UsageError
from runtime.server.settings import ServerSettings
from runtime.spec.problem import Problem, has_errors


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one spec: whether it can be served, and what is wrong with it."""

    good: bool
    problems: Sequence[Problem]


def examine(paths: Sequence[str], provider: str | None, *, offline: bool = False, online: bool = False) -> Report:
    """Check what the paths name, or the settings' folder where there are none. Raises UsageError.

    A folder is loaded once however many of its files are named, and what is named twice is told once.
    """
    good: set[Path] = set()
    problems: dict[Problem, None] = {}
    for settings, files in _targets(paths, provider):
        env = stand_ins(settings.agents) if offline else settings.env
        snapshot = load_snapshot(replace(settings, env=env), online=online)
        verdicts = _verdicts(snapshot, offline=offline)
        if files:
            verdicts = {file.name: _pick(verdicts, file) for file in files}
        else:
            problems |= dict.fromkeys(map(_counting, snapshot.folder_problems))
        for name, verdict in verdicts.items():
            problems |= dict.fromkeys(verdict.problems)
            if verdict.good:
                good.add(settings.agents.resolve() / name)
    return Report(len(good), tuple(problems))


def _targets(paths: Sequence[str], provider: str | None) -> Iterator[tuple[ServerSettings, Sequence[Path]]]:
    """The folders to load, each with the files to look at, none for all of them. Raises UsageError."""
    if not paths:
        yield settings_from({"provider": provider}), ()
    folders: dict[Path, list[Path]] = {}
    for path in map(Path, paths):
        if not path.exists():
            raise UsageError(f"There is no file or folder {path}.")
        if path.is_dir():
            folders[path] = []
        # A file of a folder that is looked at as a whole adds nothing to it.
        elif folders.get(path.parent, [path]):
            folders.setdefault(path.parent, []).append(path)
    for folder, files in folders.items():
        yield settings_from({"provider": provider, "agents": folder}), files


def _verdicts(snapshot: Snapshot, *, offline: bool) -> Mapping[str, Verdict]:
    """A verdict for each spec, by the file's name and in its order."""
    verdicts: dict[str, Verdict] = {}
    for entry in sorted(snapshot.entries.values(), key=lambda entry: entry.file):
        problems = without_unknown(entry.problems) if offline else entry.problems
        good = entry.blueprint is not None or (offline and not has_errors(problems))
        verdicts[Path(entry.file).name] = Verdict(good, problems)
    return verdicts


def _counting(problem: Problem) -> Problem:
    """A folder without agents cannot be served, and most likely the wrong one was named."""
    return replace(problem, severity="error") if problem.code == "no-agents" else problem


def _pick(verdicts: Mapping[str, Verdict], file: Path) -> Verdict:
    """A file is checked among its neighbours, as names and paths must differ; only its own problems are told."""
    if file.name not in verdicts:
        raise UsageError(f"{file} is no agent's file: those end in .yaml and do not begin with _ or a dot.")
    return verdicts[file.name]
