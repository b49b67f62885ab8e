from __future__ import annotations

import pytest

from runtime.tools.violations import Violation, choices, place, sentence, shown


def test_findings_about_one_value_are_told_together_and_once() -> None:
    found = [
        Violation(("a",), "[]", "is not an integer"),
        Violation(("b",), "", "is missing"),
        Violation(("a",), "[]", "is not a string"),
        Violation(("a",), "[]", "is not a string"),
    ]
    assert sentence(found) == "a: [] is not an integer, and is not a string; b is missing"


def test_many_findings_are_counted() -> None:
    told = sentence(Violation((f"a{number}",), "", "is missing") for number in range(8))
    assert told.endswith("; a5 is missing; and 2 more")


@pytest.mark.parametrize(
    ("path", "text"), [((), "the arguments"), (("a",), "a"), (("kids", 0, "name"), "kids[0].name")]
)
def test_a_place_reads_like_code(path: tuple[str | int, ...], text: str) -> None:
    assert place(path) == text


def test_values_are_shown_as_json_and_cut() -> None:
    assert shown({"ä": None}) == '{"ä": null}'
    assert shown("x" * 100) == f'"{"x" * 59}…'
    assert shown("\ud800") == '"\ud800"'


def test_choices_are_listed() -> None:
    assert (choices(["a"]), choices([1, "b", None])) == ('"a"', '1, "b" or null')
