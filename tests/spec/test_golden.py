"""Every kind of mistake, as its author sees it.

A case is a file in `golden/` and beside it the text that people get for it. To add one, write the file, run the
tests once with UPDATE_GOLDEN=1, and read what they wrote. Files whose names begin with `_` are there to be extended.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runtime.spec.document import MAX_BYTES
from runtime.spec.load import load_file
from runtime.spec.problem import Problem, distinct, render
from runtime.spec.read import SourceFile

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(GOLDEN.glob("[!_]*.yaml"))
ENV = {"SECRET": "s3cr3t-value"}


def problems_of(case: Path) -> tuple[Problem, ...]:
    loaded = load_file(SourceFile(case, case.name, case.read_bytes()), ENV)
    assert loaded.spec is None
    return loaded.problems


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_mistake_is_shown_exactly_so(case: Path) -> None:
    shown = "".join(render(problem) + "\n" for problem in problems_of(case))
    expected = case.with_suffix(".txt")
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_mistake_is_told_once_in_order_and_with_a_way_out(case: Path) -> None:
    problems = problems_of(case)
    assert problems
    assert distinct(problems) == problems
    assert list(problems) == sorted(problems, key=lambda each: (each.file != case.name, each.file, each.position))
    assert all(problem.hint for problem in problems)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_span_lies_within_its_line(case: Path) -> None:
    for problem in problems_of(case):
        lines = (GOLDEN / problem.file).read_bytes().decode("utf-8-sig", "replace").splitlines()
        if problem.line:
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
            assert problem.column - 1 + problem.length <= max(len(lines[problem.line - 1]), problem.column)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_no_secret_is_shown(case: Path) -> None:
    shown = "".join(render(problem) + repr(problem) for problem in problems_of(case))
    assert ENV["SECRET"] not in shown
    assert "sk-do-not-show" not in shown
    assert "123456" not in shown


def test_every_expected_text_has_its_case() -> None:
    assert {text.stem for text in GOLDEN.glob("*.txt")} == {case.stem for case in CASES}
    assert len(CASES) >= 160


def test_a_file_that_is_too_large_is_not_parsed() -> None:
    source = SourceFile(GOLDEN / "big.yaml", "big.yaml", b"# " + b"x" * MAX_BYTES)
    (problem,) = load_file(source, {}).problems
    assert (problem.code, problem.line) == ("too-large", 0)
    assert render(problem).startswith("big.yaml: error[too-large]: the file has 512 kB")
