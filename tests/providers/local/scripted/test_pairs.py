from __future__ import annotations

from typing import Any

import pytest

from runtime.providers.local.scripted.fill import fill
from runtime.providers.local.scripted.repertoire import repertoire
from runtime.providers.local.scripted.words import utterance
from tests.providers.local.scripted.talk import tool

_MEASURE = {"enum": ["cups", "litres", "ounces", "grams"]}


def _read(said: str, **more: Any) -> tuple[Any, Any, Any]:
    properties = {"amount": {"type": "number"} | more, "source": _MEASURE, "target": _MEASURE}
    declared = repertoire([tool("convert", "", properties, "amount source target")])
    found = fill(declared.tools[0], utterance(said), {})
    return found.get("amount"), found.get("source"), found.get("target")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("how many grams in 3 ounces", (3, "ounces", "grams")),
        ("how many grams are in 3 ounces", (3, "ounces", "grams")),
        ("how many grams are 3 ounces", (3, "ounces", "grams")),
        ("how much is 3 ounces in grams", (3, "ounces", "grams")),
        ("3 ounces are how many grams", (3, "ounces", "grams")),
        ("3 ounces into grams", (3, "ounces", "grams")),
        ("to grams from 3 ounces", (3, "ounces", "grams")),
        ("grams for 3 ounces", (3, "ounces", "grams")),
        ("ounces to grams", (None, "ounces", "grams")),
        ("how many grams in an ounce", (1, "ounces", "grams")),
        ("how many grams is 3", (3, None, "grams")),
        ("3 ounces please", (3, "ounces", None)),
        ("1½ cups in litres", (1.5, "cups", "litres")),
        ("what now", (None, None, None)),
    ],
)
def test_the_words_between_tell_what_is_sought(said: str, found: tuple[Any, Any, Any]) -> None:
    assert _read(said) == found


def test_an_article_counts_only_where_one_is_allowed() -> None:
    assert _read("how many grams in an ounce", minimum=2) == (None, "ounces", "grams")
