"""Mistakes in the examples of tools, and that the embedded model agrees."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.blueprint.examples import mistakes
from runtime.providers.local.scripted.template import compile_template
from runtime.spec.problem import render
from tests.blueprint.test_compile import compiled, good

SPEC = "model: local/scripted\ninstructions: Hi\nvoice: null\ntools:\n  look:\n    python: 'demo:look'\n"

SOUND = [
    "(what|how) is the weather [like [today]] in {city}",
    "weather in { city }",
    "remember {...city}",
    "weather|rain",
]
BROKEN = [
    ("(what is the weather", "'(' is never closed"),
    ("what is [the) weather", "')' does not close '['"),
    ("what is the weather]", "']' closes nothing"),
    ("(weather in {city}|rain in {city})", "the slot 'city' is named twice"),
    ("{city}", "the example has no word of its own"),
    ("[?] {city}!", "the example has no word of its own"),
]
OVERLOOKED = [
    ("weather in {city", "'{' is never closed"),
    ("weather in city}", "'}' closes nothing"),
    ("weather in {}", "this slot has no name"),
    ("weather in {town}", "the slot 'town' is no parameter of the tool"),
    ("weather in {... city}", "the slot ' city' is no parameter of the tool"),
]
"""What the embedded model reads in some way, and hardly in the one that was meant."""


@pytest.mark.parametrize("example", SOUND)
def test_a_sound_example_has_no_mistake(example: str) -> None:
    assert list(mistakes(example, ["city"])) == []
    assert compile_template(example)


@pytest.mark.parametrize(("example", "message"), BROKEN + OVERLOOKED)
def test_each_mistake_is_told_in_words(example: str, message: str) -> None:
    assert [mistake.message for mistake in mistakes(example, ["city"])] == [message]


@pytest.mark.parametrize("example", [example for example, _ in BROKEN])
def test_the_embedded_model_reads_nothing_in_what_is_broken(example: str) -> None:
    assert compile_template(example) is None


@pytest.mark.parametrize(
    ("parameters", "hint"),
    [
        (["city", "day"], "did you mean 'city'?"),
        (["guests", "name"], "its parameters are: guests, name"),
        ([], "it has none"),
    ],
)
def test_a_slot_that_is_no_parameter_is_told_what_there_is(parameters: list[str], hint: str) -> None:
    (mistake,) = mistakes("weather in {cty}", parameters)
    assert mistake.hint == hint


def test_each_stands_under_its_caret(tmp_path: Path) -> None:
    text = SPEC + "    examples: ['weather in {city}', 'rain in {cty} or {ciity}', '((']\n"
    blueprint, problems = compiled(tmp_path, text)
    assert blueprint is None
    assert [(problem.code, problem.line, problem.column, problem.length) for problem in problems] == [
        ("tool", 7, 46, 5),
        ("tool", 7, 55, 7),
        ("tool", 7, 66, 1),
        ("tool", 7, 67, 1),
        ("tool", 7, 66, 2),
    ]
    assert render(problems[0]).splitlines()[-1] == "  = help: did you mean 'city'?"


def test_the_words_of_a_reference_are_not_repeated(tmp_path: Path) -> None:
    text = SPEC + "    examples: ['${env:ASK}', 'weather in {city}']\n"
    _, (problem,) = compiled(tmp_path, text, env={"ASK": "canary {canary"})
    assert "canary" not in render(problem)
    assert good(tmp_path, text, env={"ASK": "rain in {city}"}).declarations[0].examples[0] == "rain in {city}"
