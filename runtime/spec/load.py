"""Files -> agents and problems, the whole way. `callboard check` and the server both come through here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from runtime.spec.checks import check_meaning
from runtime.spec.decode import decode
from runtime.spec.document import parse
from runtime.spec.model import AgentSpec
from runtime.spec.problem import Problem, has_errors
from runtime.spec.read import SourceFile, read_folder
from runtime.spec.references import resolve
from runtime.spec.schema import check
from runtime.spec.templates import read_templates


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one file: its agent, None where an error keeps it from being served, and its problems."""

    file: str
    spec: AgentSpec | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedFolder:
    """What became of a folder's files, in the order of their names; `problems` are the folder's own."""

    specs: tuple[Loaded, ...]
    problems: tuple[Problem, ...] = ()

    def all_problems(self) -> tuple[Problem, ...]:
        """Give the folder's problems, then those of each file in order."""
        return (*self.problems, *(problem for each in self.specs for problem in each.problems))


def load_folder(path: Path, env: Mapping[str, str]) -> LoadedFolder:
    """Load every spec of a folder and compare them with each other. Never raises for what is written there."""
    folder = read_folder(path)
    loaded = [load_file(source, env) for source in folder.files]
    loaded += [Loaded(problem.file, None, (problem,)) for problem in folder.unreadable]
    loaded.sort(key=lambda each: each.file)
    return LoadedFolder(refuse_collisions(loaded), folder.problems)


def load_file(source: SourceFile, env: Mapping[str, str]) -> Loaded:
    """Load one spec: every finding at once, sorted by place. `env` answers `${env:…}`."""
    document, found = parse(source.file, source.data)
    if document is None:
        return Loaded(source.file, None, found)
    folder = source.path.parent
    resolved = resolve(document, folder, env)
    templates = read_templates(document, resolved.data, folder)
    schema = check(document, resolved.data, resolved.failed)
    stages = (found, resolved.problems, templates.problems, schema, check_meaning(document, resolved.data))
    problems = _without_repetition(stages)
    if has_errors(problems):
        return Loaded(source.file, None, problems)
    spec = decode(document, resolved.data, templates.texts, _digest(source.data, *templates.content))
    return Loaded(source.file, spec, problems)


def refuse_collisions(loaded: Iterable[Loaded]) -> tuple[Loaded, ...]:
    """Refuse an agent whose name or path an earlier one has."""
    names: dict[str, AgentSpec] = {}
    paths: dict[str, AgentSpec] = {}
    result: list[Loaded] = []
    for each in loaded:
        spec = each.spec
        problem = None if spec is None else _collision(spec, names, paths)
        if problem is not None:
            each = replace(each, spec=None, problems=(*each.problems, problem))  # noqa: PLW2901 - the refused one
        elif spec is not None:
            names[spec.name], paths[spec.path] = spec, spec
        result.append(each)
    return tuple(result)


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


def _without_repetition(stages: Iterable[Iterable[Problem]]) -> tuple[Problem, ...]:
    """Leave out what a later stage says where an earlier one spoke; a missing key has no spot of its own."""
    kept: list[Problem] = []
    spots: set[tuple[int, int]] = set()
    for stage in stages:
        fresh = [each for each in stage if each.position not in spots or each.code == "missing-key"]
        kept += fresh
        spots.update(each.position for each in fresh if each.code != "missing-key")
    return tuple(sorted(kept, key=lambda each: each.position))


def _digest(spec: bytes, *rest: bytes) -> str:
    """Name the bytes: 16 characters of SHA-256, of one file itself, of several over the digests of each."""
    whole = b"".join(hashlib.sha256(part).digest() for part in (spec, *rest)) if rest else spec
    return hashlib.sha256(whole).hexdigest()[:16]
