"""Positions of values in a text by itself; those in files that extend each other are in test_inherit."""

from __future__ import annotations

from runtime.spec import places
from runtime.spec.problem import Place

TEXT = "voice:\n  name: alloy\ninstructions: |\n  You are Ada.\n  Ask Ada.\n"


def test_a_value_its_key_a_line_of_it_and_a_part_of_it_have_places() -> None:
    assert places.of_value(TEXT, ("voice", "name")) == Place(2, 9, 5)
    assert places.of_value(TEXT, ("voice", "name"), key=True) == Place(2, 3, 4)
    assert places.of_line(TEXT, ("instructions",), 1) == Place(5, 3, 8)
    assert places.of_part(TEXT, ("instructions",), "Ada", 1) == Place(5, 7, 3)
    assert places.written(TEXT, ("voice", "name")) == "alloy"


def test_what_is_not_there_stands_at_its_nearest_parent() -> None:
    assert places.of_value(TEXT, ("voice", "speed", 0)) == Place(2, 3, 4)
    assert places.of_part(TEXT, ("voice", "name"), "nova", 0) == Place(2, 9, 5)
    assert places.written(TEXT, ("nothing",)) == ""


def test_one_spot_has_one_finding_of_the_text() -> None:
    assert [finding.message for finding in places.read("a: {<<: *b}\n").findings] == ["*b stands for nothing"]
