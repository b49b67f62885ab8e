"""A folder becomes a snapshot: good agents are served, bad ones rejected with their problems."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runtime.blueprint.compile import Workshop, compile_agent
from runtime.blueprint.model import Blueprint
from runtime.catalog.snapshot import Rejected, Snapshot
from runtime.spec.load import load_folder


def build_snapshot(folder: Path, env: Mapping[str, str], workshop: Workshop, *, generation: int = 1) -> Snapshot:
    """Load and compile every spec of the folder. Nothing in a file can make this raise."""
    loaded = load_folder(folder, env)
    served: dict[str, Blueprint] = {}
    rejected: list[Rejected] = []
    for entry in loaded.specs:
        blueprint, problems = None, entry.problems
        if entry.spec is not None:
            blueprint, more = compile_agent(entry.spec, workshop)
            problems += more
        if blueprint is None:
            name = entry.spec.name if entry.spec is not None else Path(entry.file).stem
            rejected.append(Rejected(name, entry.file, problems))
        else:
            served[blueprint.path] = blueprint
    return Snapshot(generation, served, tuple(rejected), loaded.problems)
