"""A folder becomes a snapshot: what is good is served, what broke keeps its last good revision.

Building touches nothing that is live: it takes the former snapshot and returns a new one. What did not change is
taken over, object for object, so a folder of a thousand agents costs little more than the one that was edited.
"""

from __future__ import annotations

import gc
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from runtime.blueprint.compile import Workshop, compile_agent
from runtime.blueprint.model import Blueprint
from runtime.catalog.snapshot import Entry, Snapshot
from runtime.sources import SourceRef, digest_of
from runtime.spec.load import FolderLoader, Loaded
from runtime.spec.problem import Problem
from runtime.tools.modules import steady

_NOTHING = Snapshot(0)


class Builder:
    """Builds snapshots of one folder. Not for two threads at once; nothing in a file can make it raise."""

    def __init__(self, folder: Path, env: Mapping[str, str], workshop: Workshop) -> None:
        self.folder = folder
        self._env = env
        self._workshop = workshop
        self._loader = FolderLoader(folder)

    def build(self, former: Snapshot = _NOTHING) -> Snapshot:
        """The snapshot of the folder as it is now. A folder that cannot be read takes nothing away."""
        with _no_full_collection():
            return self._build(former)

    def _build(self, former: Snapshot) -> Snapshot:
        owners = {agent.path: former.entries[agent.name].file for agent in former.agents}
        loaded = self._loader.load(self._env, owners)
        if any(problem.code == "source-unavailable" for problem in loaded.problems):
            return replace(former, generation=max(1, former.generation), folder_problems=loaded.problems)
        digests: dict[Path, str] = {}
        taken = {each.spec.name for each in loaded.specs if each.spec is not None}
        entries: dict[str, Entry] = {}
        with steady(self._workshop.toolbox.paths):
            for each in loaded.specs:
                entry = self._entry(each, former, digests, taken)
                entries[entry.name] = entry
                taken.add(entry.name)
        same = entries == dict(former.entries) and loaded.problems == former.folder_problems
        generation = former.generation if same and former.generation else former.generation + 1
        return Snapshot(generation, entries, loaded.problems)

    def _entry(self, loaded: Loaded, former: Snapshot, digests: dict[Path, str], taken: set[str]) -> Entry:
        spec = loaded.spec
        if spec is None:
            before = next((entry for entry in former.entries.values() if entry.file == loaded.file), None)
            if before is not None and before.name in taken:
                before = None  # its name has moved to another file
            stem = Path(loaded.file).stem
            name = before.name if before is not None else stem if stem not in taken else loaded.file
            return _broken(name, loaded.file, before, loaded.problems, "")
        before = former.entries.get(spec.name)
        if before is not None and _still_stands(before, spec.digest, digests):
            return replace(before, file=loaded.file, state=_state(before, spec.digest), problems=loaded.problems)
        blueprint, problems = compile_agent(spec, self._workshop)
        problems = loaded.problems + problems
        if blueprint is None:
            return _broken(spec.name, loaded.file, before, problems, spec.digest)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        earlier = before.blueprint if before is not None else None
        return Entry(spec.name, loaded.file, "ready", blueprint, spec.digest, problems, earlier, now)


@contextmanager
def _no_full_collection() -> Generator[None]:
    """A build makes many objects and drops few, and a walk over all of them stops the audio of live sessions.

    Young objects are still collected, in steps of a millisecond: put off, they would be one long walk at the end.
    """
    thresholds = gc.get_threshold()
    gc.set_threshold(10_000, 5, 1_000_000)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


def build_snapshot(folder: Path, env: Mapping[str, str], workshop: Workshop) -> Snapshot:
    """The first snapshot of a folder, for those who need no other."""
    return Builder(folder, env, workshop).build()


def _broken(name: str, file: str, before: Entry | None, problems: tuple[Problem, ...], digest: str) -> Entry:
    """The last good revision goes on; an agent that never had one is not served."""
    if before is None or before.blueprint is None:
        return Entry(name, file, "failed", None, digest, problems)
    return replace(before, file=file, state="degraded", candidate=digest, problems=problems)


def _still_stands(before: Entry, digest: str, digests: dict[Path, str]) -> bool:
    """Is the served revision, or the one it was rolled back from, what the files say?"""
    blueprint = before.blueprint
    if blueprint is None or digest not in (blueprint.digest, before.candidate if before.state == "held" else ""):
        return False
    return before.state == "held" or all(_unchanged(part, digests) for part in blueprint.parts)


def _state(before: Entry, digest: str) -> str:
    held = before.state == "held" and before.blueprint is not None and digest != before.blueprint.digest
    return "held" if held else "ready"


def _unchanged(source: SourceRef, digests: dict[Path, str]) -> bool:
    if source.path not in digests:
        try:
            digests[source.path] = digest_of(source.path.read_bytes())
        except OSError:
            digests[source.path] = ""
    return digests[source.path] == source.digest


def sources_of(blueprints: tuple[Blueprint, ...]) -> frozenset[Path]:
    """Every file that these agents were built from."""
    return frozenset(source.path for each in blueprints for source in (*each.sources, *each.parts))
