from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.conversation.text_filters import Pronunciation

ENTRIES = {
    "Aurora": "Orrora",
    "US": "U S",
    "us": "uss",
    "New York": "Noo York",
    "New": "Noo",
    "C++": "see plus plus",
    ".NET": "dot net",
    "東京": "とうきょう",
    "राम": "raam",
    "a.b": "a dot b",
    " ": "blank",
}


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Aurora's (AURORA) aurora-x auroras Auroral xAurora", "Orrora's (Orrora) Orrora-x auroras Auroral xAurora"),
        ("US and us in USA", "U S and uss in USA"),
        ("New York, New  york, new yorker", "Noo York, Noo York, Noo yorker"),
        ("C++ and c++, not C++x; .NET x.NET", "see plus plus and see plus plus, not C++x; dot net x.NET"),
        ("今日は東京へ", "今日はとうきょうへ"),
        ("राम। रामायण", "raam। रामायण"),
        ("a.b axb", "a dot b axb"),
        ("nothing here", "nothing here"),
        ("", ""),
    ],
)
def test_whole_words_are_replaced(written: str, spoken: str) -> None:
    assert Pronunciation(ENTRIES)(written) == spoken


def test_what_was_replaced_is_not_replaced_again() -> None:
    assert Pronunciation({"a": "b", "b": "a \\1"})("a b A") == "b a \\1 b"


def test_of_two_entries_that_differ_in_their_margins_the_plain_one_counts() -> None:
    assert Pronunciation({"a": "b", "a ": "c"})("a") == Pronunciation({" a": "c", "a": "b"})("a") == "b"


def test_a_word_may_be_left_out() -> None:
    assert Pronunciation({"um": ""})("well um yes") == "well  yes"


def test_letters_with_more_than_two_cases_are_found() -> None:
    entries = {"Straße": "Shtrasse", "kilo": "key low", "izmir": "Eezmeer"}
    assert Pronunciation(entries)("STRAẞE \u212ailo İzmir") == "Shtrasse key low Eezmeer"


@given(st.text())
def test_without_entries_text_is_unchanged(text: str) -> None:
    assert Pronunciation({})(text) == text
    assert Pronunciation({" ": "x", "": "y"})(text) == text


@given(st.dictionaries(st.text(st.characters(), min_size=1, max_size=4), st.text(max_size=4), max_size=5))
def test_every_entry_is_replaced_where_it_stands_alone(mapping: dict[str, str]) -> None:
    subject = Pronunciation(mapping)
    for written, spoken in mapping.items():
        if written == " ".join(written.split()):
            assert subject(written) == spoken
