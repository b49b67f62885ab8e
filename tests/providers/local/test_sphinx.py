from __future__ import annotations

import pytest

pytest.importorskip("espeakng_loader")
pytest.importorskip("pocketsphinx")

import numpy as np
from numpy.typing import NDArray

from runtime.providers.local import sphinx as sphinx_module
from runtime.providers.local.decode import decode
from runtime.providers.local.grammar import PhraseBook
from runtime.providers.local.sphinx import Sphinx
from tests.providers.local.speaking import spoken

HOTEL = PhraseBook(
    (
        "(what is|what's) the weather [like] in {city} [today|tomorrow]",
        "(book|reserve) [me] a table for {guests} [people] [at {hour} [o'clock]]",
        "where is my order",
        "what time does the {place} (open|close)",
        "call zyxwv [to the {city}]",
    ),
    {
        "city": ("Paris", "New York", "Lisbon", "Zyxwv"),
        "guests": ("2", "3", "four", "twenty one"),
        "hour": ("three", "eight"),
        "place": ("pool", "spa", "restaurant"),
    },
).dumps()


@pytest.fixture(scope="module")
def sphinx() -> Sphinx:
    return Sphinx()


async def heard(text: str) -> NDArray[np.int16]:
    return decode(await spoken(text), "wav", None)


@pytest.mark.parametrize(
    "text",
    [
        "what is the weather in paris",
        "what's the weather like in new york tomorrow",
        "book a table for two people",
        "reserve me a table for four at three o'clock",
        "where is my order",
        "what time does the pool open",
        "what time does the restaurant close",
    ],
)
async def test_a_sentence_of_the_grammar_is_understood_word_by_word(sphinx: Sphinx, text: str) -> None:
    assert sphinx.recognise(await heard(text), HOTEL) == text


@pytest.mark.parametrize("text", ["My cat is sleeping on the sofa.", "How much does a ticket cost?"])
async def test_any_other_sentence_is_not_forced_into_the_grammar(sphinx: Sphinx, text: str) -> None:
    sound = await heard(text)
    found = sphinx.recognise(sound, HOTEL)

    assert found
    assert found == sphinx.recognise(sound, b"")


async def test_the_same_sound_is_heard_the_same_whatever_came_before(sphinx: Sphinx) -> None:
    sound = await heard("Bring me an umbrella.")
    first = sphinx.recognise(sound, b"")
    sphinx.recognise(await heard("what is the weather in paris"), HOTEL)

    assert sphinx.recognise(sound, b"") == first


async def test_only_the_last_grammars_are_kept(sphinx: Sphinx) -> None:
    places = "paris london madrid lisbon berlin tokyo dublin boston geneva".split()
    books = [PhraseBook(("what is the weather in {city}",), {"city": (place,)}).dumps() for place in places]
    for book in books:
        sphinx._grammar(book)
    first = sphinx._grammars[books[1]]
    sphinx._grammar(books[1])
    sphinx._grammar(HOTEL)

    assert list(sphinx._grammars) == [*books[3:], books[1], HOTEL]
    assert sphinx._grammars[books[1]] == first
    assert sphinx.recognise(await heard("what is the weather in paris"), books[0]) == "what is the weather in paris"


async def test_a_grammar_without_sentences_leaves_the_open_model(sphinx: Sphinx) -> None:
    sound = await heard("yes")
    empty = [PhraseBook((f"zyxwv {'please ' * count}",), {}).dumps() for count in range(9)]
    assert not any(sphinx._grammar(book) for book in empty)

    assert sphinx.recognise(sound, empty[0]) == sphinx.recognise(sound, b"")


async def test_a_grammar_that_pocketsphinx_refuses_leaves_the_open_model(
    sphinx: Sphinx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sphinx_module, "compile_grammar", lambda *_: "#JSGF V1.0;\ngrammar x;\npublic <a> = (b;\n")
    sound = await heard("what is the weather in paris")
    book = PhraseBook(("never seen before",), {}).dumps()

    assert sphinx.recognise(sound, book) == sphinx.recognise(sound, b"")


@pytest.mark.parametrize("template", ["[hello]", "hello (there|)", "((((hello))))"])
async def test_odd_grammars_do_no_harm(sphinx: Sphinx, template: str) -> None:
    sphinx.recognise(await heard("hello"), PhraseBook((template,), {}).dumps())
