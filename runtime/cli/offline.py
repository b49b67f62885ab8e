"""Checking specs where they will not run: the environment that they refer to is somebody else's."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from runtime.spec.load import load_folder
from runtime.spec.problem import Problem

# With these the adapters of OpenAI can be built, for a spec that pins them and for one that leaves it to the server.
_OPENAI: Mapping[str, str] = {"OPENAI_API_KEY": "offline", "OPENAI_BASE_URL": "https://api.openai.com/v1"}
_UNKNOWN = re.compile(r"\$\{env:(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}")
# What is said of a value. Of a stand-in it would be said without knowing the real one.
_JUDGEMENTS = frozenset({"bad-value", "wrong-type", "reserved-path", "provider", "tool"})


def stand_ins(folder: Path) -> Mapping[str, str]:
    """An environment in which every variable is set that a spec of the folder needs and gives no default for.

    Each is set to the reference to it, which the patterns of the schema let pass.
    """
    problems = load_folder(folder, _OPENAI).all_problems()
    needed = [_UNKNOWN.search(_span(problem)) for problem in problems if problem.code == "missing-env"]
    return {**_OPENAI, **{found["name"]: found.group() for found in needed if found}}


def without_unknown(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems that do not judge a stand-in."""
    return tuple(problem for problem in problems if not _judges_stand_in(problem))


def _judges_stand_in(problem: Problem) -> bool:
    return problem.code in _JUDGEMENTS and _UNKNOWN.search(_span(problem)) is not None


def _span(problem: Problem) -> str:
    """What the problem points at, as it is written in the file."""
    begin = problem.column - 1
    return problem.source_line[begin : begin + problem.length]
