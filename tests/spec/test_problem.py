"""The one rendering of a problem."""

from __future__ import annotations

import pytest

from runtime.spec.problem import WIDEST, Problem, distinct, extended_by, has_errors, identity, render


def at(column: int, length: int, source: str, **more: str) -> Problem:
    return Problem("a.yaml", 3, column, length, "some-code", "something is wrong", source_line=source, **more)


def test_a_problem_shows_place_line_caret_help_and_note() -> None:
    shown = render(at(3, 4, "  name: ada", hint="write another", note="b.yaml:1: first used here"))
    assert shown.splitlines() == [
        "a.yaml:3:3: error[some-code]: something is wrong",
        "3 |   name: ada",
        "  |   ^^^^",
        "  = help: write another",
        "  = note: b.yaml:1: first used here",
    ]


def test_a_problem_of_the_whole_file_shows_no_line() -> None:
    problem = Problem("agents.d", 0, 1, 1, "source-unavailable", "there is no such folder")
    assert render(problem) == "agents.d: error[source-unavailable]: there is no such folder"


@pytest.mark.parametrize(
    ("source", "column", "length", "shown", "caret"),
    [
        ("a:\tbc", 4, 2, "a:    bc", "      ^^"),
        ("名前: x", 1, 2, "名前: x", "^^^^"),
        ("名前: x", 5, 1, "名前: x", "      ^"),
        ("e\u0301\u0301x", 4, 1, "e\u0301\u0301x", " ^"),
        ("می\u200cخواهم x", 9, 1, "می\u200cخواهم x", "       ^"),
        ("a\x1b[31mb", 7, 1, "a\ufffd[31mb", "      ^"),
        ("a\u202eb", 3, 1, "a\ufffdb", "  ^"),
        ("a\u3000b", 3, 1, "a\u3000b", "   ^"),
        ("key:", 5, 1, "key:", "    ^"),
        ("key: v", 6, 99, "key: v", "     ^"),
        ("", 1, 0, "", "^"),
    ],
)
def test_the_caret_stands_under_its_span(source: str, column: int, length: int, shown: str, caret: str) -> None:
    lines = render(at(column, length, source)).splitlines()
    assert lines[1:3] == [f"3 | {shown}".rstrip(), f"  | {caret}"]


def test_a_long_line_is_cut_around_the_caret() -> None:
    source = "x" * 500 + "HERE" + "y" * 500
    line, caret = render(at(501, 4, source)).splitlines()[1:3]
    assert line.startswith("3 | …x")
    assert line.endswith("y…")
    assert len(line) == len("3 | ……") + WIDEST
    assert line[caret.index("^") : caret.index("^") + caret.count("^")] == "HERE"


def test_a_span_that_runs_out_of_the_cut_line_is_marked_as_far_as_it_is_shown() -> None:
    line, caret = render(at(11, 900, "x" * 1000)).splitlines()[1:3]
    assert caret.rstrip() == caret
    assert len(caret) == len(line) - len("…")


def test_colour_adds_escapes_and_nothing_else() -> None:
    problem = at(1, 4, "name: ada", hint="write another")
    warning = Problem("a.yaml", 0, 1, 1, "c", "m", severity="warning")
    assert "\x1b[1;31m" in render(problem, color=True)
    assert "\x1b[1;33mwarning[c]" in render(warning, color=True)
    plain = render(problem, color=True)
    for escape in ("\x1b[1m", "\x1b[1;31m", "\x1b[34m", "\x1b[0m"):
        plain = plain.replace(escape, "")
    assert plain == render(problem)


def test_only_errors_keep_an_agent_from_being_served() -> None:
    warning = Problem("a.yaml", 0, 1, 1, "c", "m", severity="warning")
    assert not has_errors([warning])
    assert has_errors([warning, at(1, 1, "")])
    assert not has_errors([])


def test_a_problem_of_a_shared_file_names_who_extends_it_and_counts_the_others() -> None:
    problem = at(1, 1, "a: b")
    assert extended_by(problem, "a.yaml") == problem
    told = [extended_by(problem, f"{name}.yaml") for name in "bcd"]
    assert told[0].note == "b.yaml extends this file"
    assert {identity(each) for each in told} == {identity(problem)}
    assert [each.note for each in distinct(told)] == ["b.yaml extends this file, and so do 2 more"]
    assert [each.note for each in distinct(told[1:])] == ["c.yaml extends this file, and so does 1 more"]
    assert distinct([problem, *told]) == (problem,)
    assert distinct(told[:1]) == (told[0],)


def test_problems_that_differ_are_all_told_in_order() -> None:
    problems = (at(1, 1, "a"), at(2, 1, "a"), at(1, 1, "a", severity="warning"))
    assert distinct(problems) == problems[:2]
