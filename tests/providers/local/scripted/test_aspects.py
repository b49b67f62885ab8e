from __future__ import annotations

import pytest

from runtime.providers.local.scripted.aspects import Aspect, aspects
from runtime.providers.local.scripted.words import utterance


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("When does it open?", {Aspect.TIME}),
        ("How many minutes does it take?", {Aspect.TIME}),
        ("Is it too late for breakfast?", {Aspect.TIME}),
        ("Até que horas abre?", {Aspect.TIME}),
        ("Wie lange dauert das?", {Aspect.TIME}),
        ("How much is a beer?", {Aspect.PRICE, Aspect.COUNT}),
        ("Quanto custa um bilhete?", {Aspect.PRICE}),
        ("How many cups are there?", {Aspect.COUNT}),
        ("Where is the pool?", {Aspect.PLACE}),
        ("Who is the mayor?", {Aspect.PERSON}),
        ("What kind of food do you serve?", {Aspect.KIND}),
        ("Why is it closed, and how can I get in?", {Aspect.REASON, Aspect.MANNER}),
        ("The pool was wonderful.", set()),
        ("", set()),
    ],
)
def test_a_question_is_after_something(said: str, asked: set[Aspect]) -> None:
    assert aspects(utterance(said).joined) == asked
