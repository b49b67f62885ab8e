from __future__ import annotations

import re
import string
from collections.abc import Collection
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.conversation.text_filters import TextFilter

BOTH = ("markdown", "emoji")


def filtered(text: str, filters: Collection[str] = BOTH) -> str:
    subject = TextFilter(filters)
    return subject.feed(text) + subject.flush()


def filtered_by_character(text: str) -> str:
    subject = TextFilter(BOTH)
    return "".join(map(subject.feed, text)) + subject.flush()


def test_emoji_within_markdown_are_not_spoken() -> None:
    assert filtered("- ✅ **Done 🎉**\n# 🚀 Go\n[😀](u) x **😀**y") == "Done \nGo\nx y"


def test_each_filter_leaves_alone_what_is_the_others() -> None:
    assert filtered("**a** 😀", ["markdown"]) == "a 😀"
    assert filtered("**a** 😀 b", ["emoji"]) == "**a** b"


def test_an_unknown_filter_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"unknown text filter 'html'; there are 'markdown' and 'emoji'"):
        TextFilter(["markdown", "html"])


@pytest.mark.parametrize(
    "deltas",
    [
        ["Hello", " there", ".", " How", " are", " you", "?", " Good", "!", " (", "Yes", ")", ",", ' "no', '".'],
        ["It", " costs", " $", "1", ",", "299", ".", "50", ".", "\n", "Fine", "."],
        ["Who", " is", " with", " her", " there", "?", " What", "!", " Oh", "!", "\n\n", "“Hm”", "…"],
        ["東京", "へ", "。", "行", "く", "！"],
    ],
)
def test_plain_text_passes_at_once(deltas: list[str]) -> None:
    subject = TextFilter(BOTH)
    assert [subject.feed(delta) for delta in deltas] == deltas
    assert subject.flush() == ""


@pytest.mark.parametrize(
    ("deltas", "said"),
    [
        (["**", "Sure", "!", "**", " Fine"], ["", "Sure", "!", "", " Fine"]),
        (["See ", "[the", " docs", "](", "https://", "a.b", ")", "."], ["See ", "", "", "the docs", "", "", "", "."]),
        (["- ", "milk", "\n", "- ", "eggs"], ["", "milk", "\n", "", "eggs"]),
        (["7", " days"], ["7", " days"]),
        (["1", ". ", "a"], ["", "", "a"]),
        (["use ", "`", "x", " y", "`", "."], ["use ", "", "x", " y", "", "."]),
        (["a <", "b", " and", " c"], ["a ", "", "", "<b and c"]),
        (["the h", "at"], ["the ", "hat"]),
        (["Oh !", " Yes"], ["Oh ", "! Yes"]),
        (["1.", "\n"], ["", "1.\n"]),
    ],
)
def test_only_what_is_undecided_waits(deltas: list[str], said: list[str]) -> None:
    subject = TextFilter(BOTH)
    assert [subject.feed(delta) for delta in deltas] == said


@pytest.mark.parametrize(
    "opening", ["[", "[a](", "<b x='", "<!--", "`", "```", "**", "_", "~~", "![", "<", "\\", "[[[", "> ", "|", "x ```"]
)
def test_what_never_closes_is_spoken_after_two_hundred_characters(opening: str) -> None:
    subject = TextFilter(BOTH)
    fed = opening
    said = subject.feed(opening)
    for number in range(100):
        word = f"word{number} "
        fed += word
        said += subject.feed(word)
        assert len(fed) - len(said) <= 220
    assert re.findall(r"word\d+", said + subject.flush()) == re.findall(r"word\d+", fed)


def test_after_a_flush_the_filter_is_as_new() -> None:
    subject = TextFilter(BOTH)
    assert subject.feed("1. **open `code") == "open code"
    assert subject.flush() == ""
    assert subject.feed("2. b* 😀") == "2. b* "
    assert subject.flush() == ""
    assert subject.feed("```\nx") + subject.flush() == ""
    assert subject.feed("# Title") == "Title"


MARKUP = st.lists(
    st.sampled_from(
        [
            *"*_~`[]()<>\\|\n!#->+=:.1 \thwa4東é\r\"'/",
            *(
                "**",
                "__",
                "```",
                "~~~",
                "](",
                "![",
                "](u)",
                "https://",
                "www.",
                "a.com",
                "\n\n",
                "\n- ",
                "\n1. ",
                "---",
            ),
            *("<br>", "</b", "<a x=", '"', "<!--", "-->", "word", " x ", "😀", "\u200d", "\ufe0f", "🇩", "1️⃣", "\n| "),
            *("\n```", "\n~~~\n", "\n* * *\n", "\n|-|\n", "[ ] ", "\ud800", "ＨＴ", "ſ", "Http:"),
        ]
    ),
    max_size=40,
).map("".join)
ANY_TEXT = MARKUP | st.text(st.characters(), max_size=60) | st.text(st.characters(categories=["Cs", "So", "Mn", "Po"]))
FILTERS = st.sets(st.sampled_from(BOTH))


@st.composite
def texts_in_deltas(draw: st.DrawFn) -> list[str]:
    text = draw(ANY_TEXT)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    return [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]


@given(texts_in_deltas(), FILTERS)
def test_the_split_into_deltas_does_not_matter(deltas: list[str], filters: set[str]) -> None:
    subject = TextFilter(filters)
    assert "".join(map(subject.feed, deltas)) + subject.flush() == filtered("".join(deltas), filters)


@given(MARKUP)
def test_single_characters_give_what_the_whole_gives(text: str) -> None:
    assert filtered_by_character(text) == filtered(text)


@given(st.integers(180, 220), MARKUP, MARKUP, st.sampled_from(["x", " ", "`", "-", "*", "[", "a.", "_", "# ", "~"]))
def test_the_reach_does_not_depend_on_the_split(length: int, before: str, after: str, filler: str) -> None:
    text = before + filler * length + after
    assert filtered_by_character(text) == filtered(text)


@given(ANY_TEXT)
def test_without_filters_text_passes_as_it_is(text: str) -> None:
    assert filtered(text, ()) == text


@given(st.text(string.ascii_letters + string.digits + " .,;?$%&^'\"“”’…°äß東京的مرحبا\u0939", max_size=80))
def test_plain_text_is_unchanged(text: str) -> None:
    written = "A " + text.replace("www.", "")
    assert filtered(written) == written


MARKS = ["**", "*", "_", "`", "[", "]", "!", "![", "|", "<", "\\", "~~", "~~~~", " ", "> ", " alpha", "beta "]


@given(st.lists(st.sampled_from(MARKS)).map("".join))
def test_no_letter_is_lost_without_a_construct_that_drops_text(text: str) -> None:
    assert [char for char in filtered(text) if char.isalpha()] == [char for char in text if char.isalpha()]


UNITS = (
    *("[", "`", "*", "_", "<", "|", "\\", "#", "~", "\n", "(", "![", "- ", "> ", "h ", "[\\", "[[]", "- - ", "1. "),
    *(
        "[a](",
        "<a b=",
        "http",
        "www.a.",
        "https://a(",
        "<!--",
        "```\n",
        "``` ",
        "**a** ",
        "| a ",
        "😀 ",
        "plain words. ",
    ),
)


@pytest.mark.parametrize("unit", UNITS)
def test_reading_takes_linear_time(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    start = perf_counter()
    filtered(text)
    assert perf_counter() - start < 2
