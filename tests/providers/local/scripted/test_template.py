from __future__ import annotations

import pytest

from runtime.providers.local.scripted.template import compile_template
from runtime.providers.local.scripted.words import utterance


def _match(template: str, said: str) -> dict[str, str] | None:
    compiled = compile_template(template)
    assert compiled is not None
    heard = utterance(said)
    found = compiled.match(heard)
    return None if found is None else {name: heard.said(*span) for name, span in found.items()}


@pytest.mark.parametrize(
    ("template", "said", "found"),
    [
        ("what is the weather in {place}", "What's the weather in New York?", {"place": "New York"}),
        ("(book|reserve) a table for {n} [people]", "could you reserve a table for two people please", {"n": "two"}),
        ("(book|reserve) a table for {n} [people]", "book a table for two", {"n": "two"}),
        ("[please] call {who} [at {when}]", "call Ada at noon", {"who": "Ada", "when": "noon"}),
        ("[please] call {who} [at {when}]", "call Ada", {"who": "Ada"}),
        ("(turn on|switch on [all]) lights", "switch on all lights", {}),
        ("lights {...room}", "lights kitchen", {"room": "kitchen"}),
        ("how much is a {drink}", "how much is an espresso", {"drink": "espresso"}),
        ("how much is a {drink}", "how much is the espresso", {"drink": "espresso"}),
        ("how much is a {drink}", "how much is espresso", {"drink": "espresso"}),
        ("how much is a {drink}", "how much are two espressos", {"drink": "two espressos"}),
        ("what is [the] {drink}", "what is an espresso", {"drink": "espresso"}),
        ("(an|the) {drink}", "one espresso", {"drink": "espresso"}),
        ("a {n} person table", "one person table", {"n": "one"}),
        ("the bill", "a bill", {}),
        ("the bill", "bill", None),
        ("lights on", "lights off", None),
        ("call {who}", "call", None),
    ],
)
def test_an_utterance_fits_or_not(template: str, said: str, found: dict[str, str] | None) -> None:
    assert _match(template, said) == found


@pytest.mark.parametrize("template", ["(a|b", "a]", "(a]", "{a} {b}", "go {a} and {a}", ""])
def test_a_template_that_cannot_be_used_is_none(template: str) -> None:
    assert compile_template(template) is None
