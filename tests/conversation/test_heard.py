from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.conversation.heard import MS_PER_CHAR, Heard, Words


def texts(heard: Heard, ms: float) -> dict[int, str]:
    return {step: words.text for step, words in heard.by_step(ms).items()}


def spoken(*chunks: tuple[str, int, float]) -> Heard:
    """Chunks of (text, step, milliseconds), all sent whole at time 0."""
    heard = Heard()
    for text, step, duration in chunks:
        heard.open(text, step)
        heard.sent(duration, size=1, final=True, now=0.0)
    return heard


TWO = (("One two three four.", 1, 1000.0), ("Five six.", 1, 500.0))


def test_nothing_was_heard_before_any_sound() -> None:
    heard = Heard()
    assert heard.heard_ms(1000.0) == 0
    assert heard.by_step(0) == {}


@pytest.mark.parametrize(
    ("now", "ms", "text"),
    [
        (0.0, 0.0, ""),
        (500.0, 500.0, "One two"),
        (1000.0, 1000.0, "One two three four."),
        (1250.0, 1250.0, "One two three four. Five"),
        (9000.0, 1500.0, "One two three four. Five six."),
    ],
)
def test_playing_is_estimated_from_what_was_sent_and_when(now: float, ms: float, text: str) -> None:
    heard = spoken(*TWO)
    assert heard.heard_ms(now) == ms
    assert texts(heard, ms)[1] == text


def test_a_pause_without_sound_is_not_heard() -> None:
    heard = Heard()
    heard.open("First.", 1)
    heard.sent(100.0, size=1, final=True, now=0.0)
    assert heard.heard_ms(200.0) == 100
    heard.open("Second.", 1)
    heard.sent(100.0, size=1, final=True, now=300.0)
    assert heard.heard_ms(300.0) == 100
    assert heard.heard_ms(350.0) == 150


def test_what_the_client_reports_counts_for_more_than_the_clock() -> None:
    heard = spoken(*TWO)
    heard.report(500.0, 9000.0)
    heard.report(400.0, 9000.0)
    assert heard.reported
    assert heard.heard_ms(9000.0) == 500
    heard.report(99_999.0, 9000.0)
    assert heard.heard_ms(9000.0) == 1500


def test_playing_goes_on_after_a_report() -> None:
    heard = spoken(*TWO)
    heard.report(20.0, 100.0)
    assert heard.heard_ms(600.0) == 520
    assert heard.heard_ms(60_000.0) == 1500


def test_a_report_in_whole_milliseconds_loses_no_word() -> None:
    heard = spoken(("One two three four.", 1, 1000.416))
    heard.report(1000.0, 0.0)
    assert heard.heard_ms(0.0) == 1000.416
    assert texts(heard, heard.heard_ms(0.0)) == {1: "One two three four."}


def test_the_words_belong_to_their_steps() -> None:
    heard = spoken(("Let me look.", 1, 500.0), ("It is blue.", 2, 500.0))
    assert heard.by_step(750.0) == {1: Words("Let me look.", whole=True), 2: Words("It is", whole=False)}
    assert heard.by_step(100.0) == {1: Words("", whole=False), 2: Words("", whole=False)}


def test_a_chunk_that_is_still_being_made_is_measured_by_the_pace_of_the_others() -> None:
    heard = spoken(("abcdefghij", 1, 1000.0))
    heard.open("one two three four!!", 1)
    heard.sent(200.0, size=1, final=False, now=0.0)
    assert texts(heard, 1000.0 + 1000.0) == {1: "abcdefghij one two"}


def test_a_format_without_a_duration_is_measured_by_its_text() -> None:
    heard = Heard()
    heard.open("0123456789", 1)
    heard.sent(None, size=10, final=True, now=0.0)
    assert heard.sent_ms == 10 * MS_PER_CHAR
    heard.open("silent", 1)
    heard.sent(None, size=0, final=True, now=0.0)
    assert heard.sent_ms == 10 * MS_PER_CHAR


@given(
    st.lists(st.tuples(st.text("ab c.", min_size=1), st.floats(0, 500), st.floats(0, 300)), max_size=8),
    st.lists(st.floats(0, 5000), max_size=6),
)
def test_hearing_never_runs_backwards_nor_ahead(chunks: list[tuple[str, float, float]], times: list[float]) -> None:
    heard, now = Heard(), 0.0
    for text, duration, pause in chunks:
        now += pause
        heard.open(text, 1)
        heard.sent(duration, size=1, final=True, now=now)
    values = [heard.heard_ms(now + later) for later in sorted(times)]
    assert all(earlier <= later + 1e-6 for earlier, later in pairwise(values))
    assert all(0 <= value <= heard.sent_ms + 1e-6 for value in values)
    everything = " ".join(text for text, *_ in chunks).split()
    for value in values:
        words = texts(heard, value).get(1, "").split()
        assert words == everything[: len(words)]
