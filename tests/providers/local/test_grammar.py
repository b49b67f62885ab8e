from __future__ import annotations

import pytest

from runtime.providers.local.grammar import PhraseBook, compile_grammar, words


def everything(_: str) -> bool:
    return True


def sentence(template: str, unknown: str = "", **slots: tuple[str, ...]) -> str:
    """What stands for `template` in the grammar; empty where it was dropped."""
    book = PhraseBook((template,), slots)
    jsgf = compile_grammar(book, lambda word: word not in unknown.split())
    return jsgf.partition("<sentence> = ")[2].partition(";")[0]


@pytest.mark.parametrize(
    ("template", "jsgf"),
    [
        ("What is the time?", "what is the time"),
        ("(book|reserve) a table", "(book | reserve) a table"),
        ("turn on the light [please]", "turn on the light [please]"),
        ("[(today|tomorrow)] it rains", "[(today | tomorrow)] it rains"),
        ("is it [very|quite] warm", "is it [(very | quite)] warm"),
        ("a (b|) c", "a [b] c"),
        ("a (b) c", "a b c"),
        ("a [] () c", "a c"),
        ("open|close", "(open | close)"),
        ("table for 2 at 21:30", "table for two at twenty one thirty"),
        ("Café à côté, s'il vous plaît", "cafe a cote s'il vous plait"),
        ("what’s up; = <b> / *", "what's up b"),
    ],
)
def test_a_template_becomes_jsgf(template: str, jsgf: str) -> None:
    assert sentence(template) == jsgf


@pytest.mark.parametrize("template", ["", "[", "(a", "a)", "(a]", "{a", "a}", "{a{b}", "(" * 5000, "?"])
def test_what_is_malformed_or_empty_is_dropped(template: str) -> None:
    assert sentence(template) == ""


def test_a_slot_is_one_of_its_values() -> None:
    book = PhraseBook(("weather in {city}", "{ ...city }"), {"city": ("Paris", "New York", "paris", "")})

    assert compile_grammar(book, everything).splitlines() == [
        "#JSGF V1.0;",
        "grammar expected;",
        "public <sentence> = weather in <slot0> | <slot0>;",
        "<slot0> = paris | new york;",
    ]


@pytest.mark.parametrize(
    ("template", "left"),
    [
        ("turn on the zyx", ""),
        ("(zyx|light) on", "light on"),
        ("(zyx|zyx two) on", ""),
        ("light [zyx] on", "light on"),
        ("light [zyx|up] on", "light [up] on"),
        ("light ([zyx]|up) on", "light [up] on"),
    ],
)
def test_a_word_that_the_dictionary_lacks_takes_as_little_as_possible_with_it(template: str, left: str) -> None:
    assert sentence(template, unknown="zyx") == left


def test_a_slot_loses_its_unknown_values_and_a_template_its_unknown_slot() -> None:
    assert sentence("go to {city}", unknown="zyx", city=("zyx", "zyx city")) == ""
    assert sentence("go [to {city}] now", unknown="zyx", city=("zyx",)) == "go now"
    assert sentence("go to {city}") == ""
    assert "<slot0> = paris;" in compile_grammar(
        PhraseBook(("go to {city}",), {"city": ("zyx", "paris")}), lambda word: word != "zyx"
    )


def test_equal_sentences_stand_once() -> None:
    assert compile_grammar(PhraseBook(("Hello!", "hello"), {}), everything).count("hello") == 1


def test_a_grammar_stays_small_enough_to_decode() -> None:
    many = tuple(f"x{number}y".replace("0", "o") for number in range(2000))
    book = PhraseBook(
        (*(f"go {way} {{city}}" for way in ("a b c d e f g h i j k l m n o p q r s t u v w x y z".split())), "stop"),
        {"city": many},
    )
    jsgf = compile_grammar(book, everything)

    assert jsgf.partition("<slot0> = ")[2].count("|") == 499
    assert jsgf.count("go ") < 26
    assert "| stop;" in jsgf


def test_a_book_survives_its_json_and_equal_books_are_equal_bytes() -> None:
    book = PhraseBook(("a", "b"), {"y": ("é",), "x": ("2",)})

    assert PhraseBook.loads(book.dumps()) == book
    assert PhraseBook(("a", "b"), {"x": ("2",), "y": ("é",)}).dumps() == book.dumps()


def test_numbers_beyond_99_and_other_scripts_are_words_of_their_own() -> None:
    assert words("Room 204, 東京") == ["room", "204", "東京"]
