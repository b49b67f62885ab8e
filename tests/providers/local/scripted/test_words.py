from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.chat import AssistantMessage, Message, ToolCall, ToolMessage, UserMessage
from runtime.providers.local.scripted.history import settled
from runtime.providers.local.scripted.moments import clock, duration, moments
from runtime.providers.local.scripted.numerals import numerals, ordinal, spoken
from runtime.providers.local.scripted.parts import halves
from runtime.providers.local.scripted.words import alike, keys, name_words, stem, utterance


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What's up? I can't, I'd say", ["what", "is", "up", "i", "can", "not", "i", "would", "say"]),
        ("Café at 7:30 p.m.", ["cafe", "at", "7:30", "pm"]),
        ("1,299.50€, 40% e-mail", ["1299.50", "euros", "40", "percent", "email"]),
        ("twenty-five o’clock ada's", ["twenty", "five", "oclock", "adas"]),
        (
            "whats up, thats all im sure it wont",
            ["what", "is", "up", "that", "is", "all", "i", "am", "sure", "it", "will", "not"],
        ),
        ("", []),
        ("?!", []),
    ],
)
def test_text_is_folded_to_words(text: str, found: list[str]) -> None:
    assert keys(text) == found


@given(st.text(max_size=60))
def test_every_word_has_its_place_in_the_text(text: str) -> None:
    said = utterance(text)
    assert said.joined == " ".join(said.keys)
    for at, word in enumerate(said.words):
        assert said.said(at, at + 1) == text[word.start : word.end]
        assert said.range(said.offsets[at], said.offsets[at] + len(word.key)) == (at, at + 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [("bookings", "book"), ("reservation", "reserve"), ("cities", "city"), ("stopping", "stop"), ("lights", "light")],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_slips_are_alike_and_other_words_are_not() -> None:
    assert alike("wether", "weather")
    assert alike("oslo", "oslo")
    assert not alike("weather", "leather")
    assert not alike("time", "table")
    assert not alike("cat", "car")


def test_identifiers_are_split() -> None:
    assert name_words("getWeather_in-HTTPCity2") == ["get", "weather", "in", "http", "city", "2"]


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("twenty one", [21]),
        ("two hundred and fifty dollars", [250]),
        ("three thousand four hundred", [3400]),
        ("a thousand and one nights", [1001]),
        ("a hundred", [100]),
        ("5 thousand", [5000]),
        ("seven four two", [7, 4, 2]),
        ("half a dozen and a dozen", [6, 12]),
        ("nineteen point five", [19.5]),
        ("two point", [2]),
        ("two and a half", [2.5]),
        ("half a cup", [0.5]),
        ("minus five", [-5]),
        ("minus", []),
        ("this one", []),
        ("just me", [1]),
        ("dois", [2]),
        ("twenty and seven", [20, 7]),
        ("hundred", []),
        ("1,5 cups", [1.5]),
        ("0,125 litres", [0.125]),
        ("1,299 grams", [1299]),
        ("1234,567", [1234.567]),
        ("1,2,3", [1, 2, 3]),
        ("1/2 cups", [0.5]),
        ("1 1/2 cups", [1.5]),
        ("one and 1/4 cups", [1.25]),
        ("½ cup", [0.5]),
        ("2½ cups and ¾ cup", [2.5, 0.75]),
        ("1 and a half cups", [1.5]),
        ("two and three quarters", [2.75]),
        ("three quarters of a cup", [0.75]),
        ("-5 cups", [-5]),
        ("−1,5 cups", [-1.5]),
        ("-½ cup", [-0.5]),
        ("tables 5-7", []),
        ("24/7", [24, 7]),
        ("1/2/2025", [1, 2, 2025]),
    ],
)
def test_numbers_in_words(said: str, values: list[float]) -> None:
    assert [numeral.value for numeral in numerals(keys(said))] == values


@given(st.integers(0, 99))
def test_spoken_numbers_are_read_back(value: int) -> None:
    assert [numeral.value for numeral in numerals(keys(spoken(value)))] == [value]


def test_ordinals() -> None:
    assert [ordinal(key) for key in ("third", "22nd", "thirtieth", "three")] == [3, 22, 30, None]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("come tomorrow evening at eight", ["tomorrow evening", "eight"]),
        ("on the third of june at noon", ["the third of june", "noon"]),
        ("in twenty minutes", ["in twenty minutes"]),
        ("a quarter to six pm sharp", ["a quarter to six pm sharp"]),
        ("next monday, 8pm", ["next monday", "8pm"]),
        ("2025-06-05 at ten thirty", ["2025-06-05", "ten thirty"]),
        ("at twenty degrees", []),
        ("a table for two around seven thirty", ["seven thirty"]),
        ("for nine fifteen pm or about eight", ["nine fifteen pm", "eight"]),
        ("about two people", []),
        ("a table for one nine pm", ["nine pm"]),
        ("at twenty thirty", ["twenty thirty"]),
        ("a table", []),
    ],
)
def test_moments_are_found_as_spoken(said: str, found: list[str]) -> None:
    heard = utterance(said)
    assert [heard.said(moment.first, moment.last) for moment in moments(heard)] == found


@pytest.mark.parametrize(
    ("said", "reading"),
    [
        ("half past seven", (7, 30)),
        ("a quarter to eight", (7, 45)),
        ("ten past nine", (9, 10)),
        ("8pm", (20, 0)),
        ("7:05", (7, 5)),
        ("at ten thirty", (10, 30)),
        ("twelve pm", (12, 0)),
        ("midday", (12, 0)),
        ("midnight", (0, 0)),
        ("at seven in the evening", (19, 0)),
        ("at ninety", None),
        ("in ten minutes", None),
        ("tomorrow", None),
    ],
)
def test_clock_times_are_read(said: str, reading: tuple[int, int] | None) -> None:
    assert clock(utterance(said)) == reading


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("half an hour", 1800),
        ("a quarter of an hour", 900),
        ("an hour and a half", 5400),
        ("one hour and twenty minutes", 4800),
        ("ten minutes, and later two hours", 600),
        ("2.5 hours", 9000),
        ("1 1/2 hours", 5400),
        ("1/2 hour", 1800),
        ("a while", None),
    ],
)
def test_durations_are_summed(said: str, seconds: float | None) -> None:
    found = duration(utterance(said))
    assert (found[0] if found else None) == seconds


def test_two_requests_are_cut_where_they_are_joined() -> None:
    cut = [(one.text, other.text) for one, other in halves(utterance("turn it on and then play jazz and rock"))]
    assert cut == [("turn it on", "play jazz and rock")]
    assert list(halves(utterance("bread and butter"))) == []


def test_unheard_answers_are_forgotten_and_turns_alternate() -> None:
    call = AssistantMessage("", (ToolCall("call_1", "x", "{}"),))
    heard: list[Message] = [
        UserMessage("a"),
        AssistantMessage("", interrupted=True),
        UserMessage("b"),
        call,
        ToolMessage("call_1", "1"),
    ]
    past, waiting = settled([*heard, UserMessage("c"), UserMessage("d")])
    assert past == [UserMessage("a b"), call, ToolMessage("call_1", "1")]
    assert waiting == ["c", "d"]
