"""One file, with all that it takes over -> its agent and its problems, every stage of the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runtime.sources import SourceRef
from runtime.spec.checks import check_meaning, check_parts
from runtime.spec.decode import decode
from runtime.spec.document import Document, parse
from runtime.spec.inherit import Lineage, inherit
from runtime.spec.library import Library, Trail
from runtime.spec.model import AgentSpec
from runtime.spec.problem import Problem, has_errors
from runtime.spec.read import SourceFile
from runtime.spec.references import Resolved, resolve
from runtime.spec.schema import check
from runtime.spec.templates import Templates, read_templates

# What a fragment may lack, because those who extend it, or their surroundings, bring it.
_LEFT_OPEN = {"empty", "missing-key", "missing-env", "missing-file"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one file: its agent, None where an error keeps it from being served, and its problems.

    `sources` and `env_names` are what the outcome depends on, good or bad: it stays the same while they do. A
    source that could not be read has no digest.
    """

    file: str
    spec: AgentSpec | None
    problems: tuple[Problem, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    env_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Examined:
    """A file after the stages that agents and fragments share."""

    lineage: Lineage
    resolved: Resolved
    templates: Templates
    stages: tuple[Iterable[Problem], ...]


def assemble(source: SourceFile, library: Library, env: Mapping[str, str]) -> Loaded:
    """Load one agent: every finding at once, its own file's first, sorted by place."""
    trail = Trail(library, env)
    found = _examine(source, trail, *parse(source.file, source.data, source.path.parent))
    if not isinstance(found, _Examined):
        return Loaded(source.file, None, found, trail.sources)
    document, data = found.lineage.document, found.resolved.data
    problems = _in_order(source.file, (*found.stages, check_meaning(document, data)))
    spec = None
    if not has_errors(problems):
        spec = decode(document, data, found.templates.texts, trail)
    return Loaded(source.file, spec, problems, trail.sources, trail.env_names)


def check_fragment(source: SourceFile, library: Library, env: Mapping[str, str]) -> Loaded:
    """Find what is wrong in a fragment whoever extends it; what it lacks is left to them."""
    trail = Trail(library, env)
    parsed = library.parsed(source)
    examined = _examine(source, trail, parsed.document, parsed.problems)
    stages: tuple[Iterable[Problem], ...] = (parsed.problems,)
    if isinstance(examined, _Examined):
        stages = (*examined.stages, check_parts(examined.lineage.document, examined.resolved.data))
    problems = tuple(each for each in _in_order(source.file, stages) if each.code not in _LEFT_OPEN)
    return Loaded(source.file, None, problems, trail.sources, trail.env_names)


def _examine(
    source: SourceFile, trail: Trail, document: Document | None, found: tuple[Problem, ...]
) -> _Examined | tuple[Problem, ...]:
    """Go as far as the text allows; where it is no data at all, give just the problems."""
    trail.begin(source)
    if document is None:
        return found
    lineage = inherit(document, source.path, trail)
    resolved = resolve(lineage.document, trail)
    templates = read_templates(lineage.document, resolved.data, trail)
    schema = check(lineage.document, resolved.data, resolved.failed)
    if not lineage.complete:
        schema = [problem for problem in schema if problem.code != "missing-key"]
    stages = (found, lineage.problems, resolved.problems, templates.problems, schema)
    return _Examined(lineage, resolved, templates, stages)


def _in_order(file: str, stages: Iterable[Iterable[Problem]]) -> tuple[Problem, ...]:
    """Leave out what a later stage says where an earlier one spoke; a missing key has no spot of its own."""
    kept: list[Problem] = []
    spots: set[tuple[str, tuple[int, int]]] = set()
    for stage in stages:
        fresh = [each for each in stage if (each.file, each.position) not in spots or each.code == "missing-key"]
        kept += fresh
        spots.update((each.file, each.position) for each in fresh if each.code != "missing-key")
    return tuple(sorted(kept, key=lambda each: (each.file != file, each.file, each.position)))
