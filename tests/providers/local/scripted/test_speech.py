from __future__ import annotations

from dataclasses import fields
from string import Formatter

import pytest

from runtime.providers.local.scripted.facts import identity
from runtime.providers.local.scripted.speech import ENGLISH, LANGUAGES, Speech, listed, speech
from runtime.providers.local.scripted.units import unit


@pytest.mark.parametrize(
    ("instructions", "code"),
    [
        ("You are Ada. Keep your answers short.", "en"),
        ("You are Rita. Answer in Portuguese, whatever you are asked.", "pt"),
        ("Du bist Hans. Antworte immer auf Deutsch.", "de"),
        ("Responde sempre em português.", "pt"),
        ("Responde siempre en español.", "es"),
        ("Réponds toujours en français.", "fr"),
        ("Du bist der Portier und die Seele des Hauses, mit der Ruhe des Nordens.", "de"),
        ("Tu es la concierge de l'hôtel et tu parles avec les clients.", "fr"),
        ("Você é a recepcionista do hotel e fala com os hóspedes, com um sorriso.", "pt"),
        ("Eres el conserje del hotel y hablas con los clientes.", "es"),
        ("Du", "en"),
        ("", "en"),
    ],
)
def test_the_language_that_a_persona_speaks(instructions: str, code: str) -> None:
    assert speech(instructions).code == code


_WITH_VERB = {"too_much", "too_little"}  # the verb is the English name of a tool


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_every_language_has_the_same_lines_with_the_same_places(language: Speech) -> None:
    for line in fields(Speech):
        assert getattr(language, line.name)
        places = _places(getattr(language, line.name)) | ({"verb"} if line.name in _WITH_VERB else set())
        assert places == _places(getattr(ENGLISH, line.name)), line.name
    assert unit("km", language.code, 2)


def test_lists_are_joined_as_they_are_spoken() -> None:
    assert listed([], "and") == ""
    assert listed(["a"], "and") == "a"
    assert listed(["a", "b", "c"], "and") == "a, b and c"
    assert listed(["a, b", "c", "d"], "and", ";") == "a, b; c; and d"


@pytest.mark.parametrize(
    ("instructions", "said"),
    [
        ("Du bist Hans, der Portier. Sei nett.", "Ich bin Hans, der Portier."),
        ("Vous êtes Léa, la concierge.", "Je suis Léa, la concierge."),
        ("Keep it short.", None),
    ],
)
def test_who_a_persona_is(instructions: str, said: str | None) -> None:
    code = {"D": "de", "V": "fr", "K": "en"}[instructions[0]]
    assert identity(instructions, LANGUAGES[code]) == said
