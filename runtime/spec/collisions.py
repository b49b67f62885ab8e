"""Names and paths that two agents of a folder claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from runtime.spec.assembly import Loaded
from runtime.spec.model import AgentSpec
from runtime.spec.problem import Problem


def refuse_collisions(loaded: Iterable[Loaded], owners: Mapping[str, str]) -> tuple[Loaded, ...]:
    """Refuse an agent whose name or path another one has; the order of the files stays.

    `owners` gives for each path that is served now the file whose agent has it: that one keeps it, whatever the
    order. Otherwise the first file wins. Two agents that exchange their paths do not collide.
    """
    given = list(loaded)
    names: dict[str, AgentSpec] = {}
    paths: dict[str, AgentSpec] = {}
    result: dict[str, Loaded] = {}
    for each in sorted(given, key=lambda each: each.spec is None or owners.get(each.spec.path) != each.file):
        spec = each.spec
        problem = None if spec is None else _collision(spec, names, paths)
        result[each.file] = each
        if problem is not None:
            result[each.file] = replace(each, spec=None, problems=(*each.problems, problem))
        elif spec is not None:
            names[spec.name], paths[spec.path] = spec, spec
    return tuple(result[each.file] for each in given)


def _collision(spec: AgentSpec, names: Mapping[str, AgentSpec], paths: Mapping[str, AgentSpec]) -> Problem | None:
    taken = (
        ("name", "name-collision", spec.name, names.get(spec.name)),
        ("path", "path-collision", spec.path, paths.get(spec.path)),
    )
    for key, code, value, first in taken:
        if first is not None:
            place = first.document.place((key,))
            note = f"{first.document.file}:{place.line}: first used here"
            message = f"the {key} '{value}' is already taken"
            return spec.document.problem((key,), code, message, f"give one of them another {key}", note=note)
    return None
