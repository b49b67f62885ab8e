import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.conversation.chunker import Chunker
from runtime.conversation.graphemes import is_boundary
from runtime.settings import ChunkSettings

SMALL = ChunkSettings(min_chunk_size=1, first_chunk_size=1, max_chunk_size=150)
NO_CLAUSES = ChunkSettings(min_chunk_size=20, first_chunk_size=20)


def chunks(text: str, settings: ChunkSettings = SMALL, cuts: list[int] | None = None) -> list[str]:
    chunker = Chunker(settings)
    places = [0, *sorted({cut % (len(text) + 1) for cut in cuts or []}), len(text)]
    out = [chunk for start, end in pairwise(places) for chunk in chunker.feed(text[start:end])]
    return out + chunker.flush()


def one_by_one(text: str, settings: ChunkSettings) -> list[str]:
    return chunks(text, settings, list(range(len(text))))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is downstairs. Go there.", ["It is downstairs.", "Go there."]),
        ("Pi is 3.14 today. Nice.", ["Pi is 3.14 today.", "Nice."]),
        ("It costs $1,299.50 net. Fine.", ["It costs $1,299.50 net.", "Fine."]),
        ("It opens at 10:30 a.m. on Friday. Come.", ["It opens at 10:30 a.m. on Friday.", "Come."]),
        ("It opens at 10:30 a.m. The door is blue.", ["It opens at 10:30 a.m.", "The door is blue."]),
        ("Ask Dr. Okafor about it. He knows.", ["Ask Dr. Okafor about it.", "He knows."]),
        ("The U.S. team won. Great.", ["The U.S. team won.", "Great."]),
        ("He lives in the U.S. She does not.", ["He lives in the U.S.", "She does not."]),
        ("Fruit, e.g. Apples or pears. Good.", ["Fruit,", "e.g. Apples or pears.", "Good."]),
        ("J. R. R. Tolkien wrote it. Read it.", ["J. R. R. Tolkien wrote it.", "Read it."]),
        ("Use v2.0.1 now. It works.", ["Use v2.0.1 now.", "It works."]),
        ("See example.com/a.b for more. Bye.", ["See example.com/a.b for more.", "Bye."]),
        ("Try Node.js. It is quick.", ["Try Node.js.", "It is quick."]),
        ("Well... maybe so. Yes.", ["Well... maybe so.", "Yes."]),
        ("I wonder… but no. Yes.", ["I wonder… but no.", "Yes."]),
        ("I wonder... Then again, no.", ["I wonder...", "Then again, no."]),
        ("Really?! I see!!! Good.", ["Really?!", "I see!!!", "Good."]),
        ('He said "Go." Then he left.', ['He said "Go."', "Then he left."]),
        ('"Is it so?" she asked. "Yes."', ['"Is it so?" she asked.', '"Yes."']),
        ("He left (quickly.) Then he ran.", ["He left (quickly.)", "Then he ran."]),
        ("“Go.” ‘Why?’ (No.)", ["“Go.”", "‘Why?’", "(No.)"]),
        ("She paid 5. Then she left.", ["She paid 5.", "Then she left."]),
        ("Am 3. Mai geht es los. Gut.", ["Am 3. Mai geht es los.", "Gut."]),
        ("1. Bread\n2. Milk", ["1. Bread", "2. Milk"]),
        ("First line\n\nSecond line", ["First line", "Second line"]),
        ("It is in the year 2024. The end.", ["It is in the year 2024.", "The end."]),
        ("She has a Ph.D. in physics. Wow.", ["She has a Ph.D. in physics.", "Wow."]),
        ("今天天气很好。你想出去吗？走吧！", ["今天天气很好。", "你想出去吗？", "走吧！"]),
        ("他说：「好。」然后走了。", ["他说：", "「好。」", "然后走了。"]),
        ("هل تريد طاولة؟ نعم.", ["هل تريد طاولة؟", "نعم."]),
        ("हम कल मिलेंगे। क्या तुम आओगे? हाँ॥", ["हम कल मिलेंगे।", "क्या तुम आओगे?", "हाँ॥"]),
        ("Done!Next", ["Done!Next"]),
        ("*** --- ***", []),
        ("Yes. --- No.", ["Yes.", "--- No."]),
        ("Yes. ---", ["Yes."]),
        ("   ", []),
        ("", []),
    ],
)
def test_sentences_are_cut_where_a_reader_would(text: str, expected: list[str]) -> None:
    assert chunks(text) == expected
    assert one_by_one(text, SMALL) == expected


def test_short_sentences_wait_for_company() -> None:
    settings = replace(NO_CLAUSES, min_chunk_size=20)
    assert chunks("Yes. No. I really do think so. Right.", settings) == [
        "Yes. No. I really do think so.",
        "Right.",
    ]


def test_the_first_chunk_may_be_short_and_end_at_a_clause() -> None:
    settings = ChunkSettings(min_chunk_size=40, first_chunk_size=12)
    text = "Well, good evening, dear guest, and a warm welcome to the house, my friend. Come in."
    assert chunks(text, settings) == [
        "Well, good evening,",
        "dear guest, and a warm welcome to the house, my friend.",
        "Come in.",
    ]


def test_a_comma_after_a_digit_does_not_end_the_first_chunk() -> None:
    settings = ChunkSettings(min_chunk_size=40, first_chunk_size=12)
    assert chunks("On Tuesday, May 3, 2024 it rained. Fine.", settings)[0] != "On Tuesday, May 3,"


def test_wide_characters_count_twice_towards_the_least_size() -> None:
    settings = ChunkSettings(min_chunk_size=20, first_chunk_size=20)
    assert chunks("今天天气真的非常好呀。你好。", settings) == ["今天天气真的非常好呀。", "你好。"]


LONG = "this sentence has many words and no mark at all so it goes on and on until it must be cut somewhere "


def test_long_text_is_cut_at_a_clause_then_a_word() -> None:
    settings = ChunkSettings(min_chunk_size=20, first_chunk_size=20, max_chunk_size=40)
    pieces = chunks("aaaa bbbb cccc dddd eeee, ffff gggg hhhh iiii jjjj kkkk", settings)
    assert pieces[0] == "aaaa bbbb cccc dddd eeee,"
    pieces = chunks(LONG * 3, settings)
    assert all(len(piece) <= 40 for piece in pieces)
    assert " ".join(pieces).split() == (LONG * 3).split()


def test_text_without_spaces_is_cut_between_visible_characters() -> None:
    family = "👩‍👩‍👧‍👦"
    text = "ก้" * 30 + family * 20 + "🇵🇹" * 20 + "e\u0301" * 30
    settings = ChunkSettings(min_chunk_size=1, max_chunk_size=25)
    pieces = Chunker(settings).feed(text)
    position = 0
    for piece in pieces:
        position = text.index(piece, position) + len(piece)
        assert is_boundary(text, position), piece


def test_a_plain_full_stop_is_decided_by_the_space_after_it() -> None:
    chunker = Chunker(NO_CLAUSES)
    assert chunker.feed("The restaurant is downstairs.") == []
    assert chunker.feed(" ") == ["The restaurant is downstairs."]


@pytest.mark.parametrize(
    "text",
    [
        "The restaurant is downstairs.",
        "Is it really downstairs?",
        "It is all downstairs!”",
        "我们今天可以去公园看看花吗？",
    ],
)
def test_a_sentence_end_is_guessed_before_it_is_proven(text: str) -> None:
    chunker = Chunker(NO_CLAUSES)
    chunker.feed(text)
    assert chunker.guess() == text
    assert chunker.feed(" Next") == [text]


@pytest.mark.parametrize(
    "text",
    [
        "Please go and ask Dr.",
        "He wrote it to J.",
        "The number we want is 3.",
        "They moved to the U.S.",
        "I think so...",
        "There are fruits, e.g.",
        "Too short.",
        "It is not a sentence",
        "No mark here, only a comma,",
        "It opens at 10:30 a.m.",
    ],
)
def test_what_may_go_on_is_not_guessed(text: str) -> None:
    chunker = Chunker(NO_CLAUSES)
    chunker.feed(text)
    assert chunker.guess() is None


def test_a_stall_speaks_up_to_the_last_whole_word() -> None:
    chunker = Chunker(ChunkSettings(min_chunk_size=40))
    chunker.feed("Let me look that up for yo")
    assert chunker.stall() == ["Let me look that up for"]
    assert chunker.pending
    assert chunker.feed("u, just a moment.") == []
    assert chunker.flush() == ["you, just a moment."]
    assert not chunker.pending


@pytest.mark.parametrize("text", ["", "Hm", "Supercalifragilistic", "1234567890123456"])
def test_a_stall_breaks_no_word_and_says_nothing_tiny(text: str) -> None:
    chunker = Chunker(ChunkSettings())
    chunker.feed(text)
    assert chunker.stall() == []
    assert chunker.flush() == ([text] if text else [])


def test_a_stall_after_a_whole_sentence_speaks_it() -> None:
    chunker = Chunker(ChunkSettings(min_chunk_size=14, first_chunk_size=4))
    chunker.feed("Let me check.")
    assert chunker.stall() == ["Let me check."]


def test_a_stall_in_a_script_without_spaces_speaks_what_there_is() -> None:
    chunker = Chunker(ChunkSettings())
    chunker.feed("我们今天可以去公园看看")
    assert chunker.stall() == ["我们今天可以去公园看看"]


def test_text_may_go_on_after_a_flush() -> None:
    chunker = Chunker(SMALL)
    assert [*chunker.feed("Let me see."), *chunker.flush()] == ["Let me see."]
    assert [*chunker.feed(" Here it is."), *chunker.flush()] == ["Here it is."]


# -- properties

FRAGMENTS = [
    *"abAB 159.,!?;:\n\"'()-“”…。！，、「」今é",
    *("Dr.", "e.g.", "U.S.", " a.m.", "example.com", "3.14", "ก้", "हि", "👩‍👧", "🇵🇹", "؟", "।"),
    *("\u0301", "\u200d", "word ", "Longer words here. ", "  ", "...", "?!", "\ud800"),
]
alphabet = st.sampled_from(FRAGMENTS)
texts = st.lists(alphabet, max_size=60).map("".join) | st.text(max_size=80)
sizes = st.integers(1, 40)
any_settings = st.builds(
    lambda least, more, first: ChunkSettings(least, least + more, first), sizes, st.integers(0, 40), sizes
)


@given(texts, any_settings, st.lists(st.integers(0, 500), max_size=30))
def test_the_cuts_depend_on_the_text_alone(text: str, settings: ChunkSettings, cuts: list[int]) -> None:
    whole = chunks(text, settings)
    assert chunks(text, settings, cuts) == whole
    assert one_by_one(text, settings) == whole


@given(texts, any_settings)
def test_nothing_is_lost_doubled_too_long_or_silent(text: str, settings: ChunkSettings) -> None:
    pieces = chunks(text, settings)
    assert all(len(piece) <= settings.max_chunk_size for piece in pieces)
    assert all(re.search(r"[^\W_]", piece) for piece in pieces)
    said, written = re.findall(r"[^\W_]", "".join(pieces)), re.findall(r"[^\W_]", text)
    assert said == written


@given(texts, any_settings, st.lists(st.integers(0, 500), max_size=10))
def test_a_stall_at_any_moment_loses_nothing(text: str, settings: ChunkSettings, stalls: list[int]) -> None:
    chunker = Chunker(settings)
    pieces: list[str] = []
    for index, character in enumerate(text):
        pieces += chunker.feed(character)
        if index in stalls:
            pieces += chunker.stall()
    pieces += chunker.flush()
    assert re.findall(r"[^\W_]", "".join(pieces)) == re.findall(r"[^\W_]", text)
    assert all(len(piece) <= settings.max_chunk_size for piece in pieces)


@given(texts, any_settings)
def test_a_guess_comes_true_when_the_sentence_ends(text: str, settings: ChunkSettings) -> None:
    chunker = Chunker(settings)
    for character in text:
        chunker.feed(character)
        guess = chunker.guess()
        if guess is not None:
            assert guess == chunks_left(chunker, "\n\nThe next")[0]


def chunks_left(chunker: Chunker, more: str) -> list[str]:
    """What a copy of the chunker would return for more text."""
    twin = Chunker.__new__(Chunker)
    for name in Chunker.__slots__:
        setattr(twin, name, getattr(chunker, name))
    return [*twin.feed(more), *twin.flush()]


def test_a_long_text_takes_linear_work() -> None:
    text = "A sentence of some words, which ends here. " * 2500
    assert "".join(chunks(text, ChunkSettings())).replace(" ", "") == text.replace(" ", "")
    assert len(one_by_one("word " * 20_000, ChunkSettings())) > 500
