"""Words for what the parser cannot go on from, where the golden cases do not reach."""

from __future__ import annotations

import pytest
import yaml

from runtime.spec.document import parse
from runtime.spec.syntax import explain


def first(text: str) -> tuple[int, int, str]:
    problem = parse("a.yaml", text)[1][0]
    return problem.line, problem.column, problem.message


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: !x!y z\n", 1, 4, "! at the start"),
        ("%YAML 3.0\n---\na: b\n", 1, 1, "a line that begins with %"),
        ("a: 1\n...\nb: 2\n", 3, 1, "text after the end"),
        ("- a\nb: c\n", 2, 1, "a key among the items"),
        ("a: b\n- c\n", 2, 1, "the indentation"),
        ("a: ]\n", 1, 4, "nothing is open"),
        ("a: [b]]\n", 1, 7, "nothing is open"),
        ("a: |\n\tb\n", 2, 1, "a tab"),
        ("a:\n  b: 1\n \tc: 2\n", 3, 2, "a tab"),
        ("a: [1,\n\n\n", 1, 7, "a value is missing"),
        ("a: [,]\n", 1, 5, "a value is missing"),
        ("a: |8x\n b\n", 1, 6, "text right after |"),
        ("a: &\n", 1, 4, "* and &"),
        ("# {{ x }}\na: @b\n", 2, 4, "an unquoted text cannot"),
        ("a: [ {{ x }} y ]\n", 1, 6, "YAML reads an unquoted {{"),
        ("- {{ x }} y\n", 1, 3, "YAML reads an unquoted {{"),
        ("  a: 1\nb: 2\n", 2, 1, "the indentation"),
        ("a: 1\n b: 2\n", 2, 2, "this key stands inside"),
        ("a:b\nc: d\n", 2, 1, "this key stands inside"),
        ("a: {x: 1} b\n", 1, 11, "this cannot stand here"),
        ("a: *b c: d\n", 1, 4, "*b stands for nothing"),
    ],
)
def test_the_mistake_is_named_at_its_place(text: str, line: int, column: int, message: str) -> None:
    found = first(text)
    assert found[:2] == (line, column)
    assert found[2].startswith(message)


def test_an_error_without_a_place_is_told_for_the_whole_file() -> None:
    finding = explain(yaml.YAMLError("broken"), "a: b")
    assert (finding.place.line, finding.code) == (0, "yaml")
