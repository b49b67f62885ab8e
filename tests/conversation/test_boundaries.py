import pytest

from runtime.conversation.boundaries import MAX_RUN, Stop, Verdict, judge, looks_final, run_end, stop_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("downstairs.", Stop.PLAIN),
        ("well-known.", Stop.PLAIN),
        ("it’s.", Stop.PLAIN),
        ("São.", Stop.PLAIN),
        ("Dr.", Stop.PART),
        ("(Dr.", Stop.PART),
        ("J.", Stop.PART),
        ("e.g.", Stop.PART),
        ("z.B.", Stop.PART),
        ("U.S.", Stop.SOFT),
        ("a.m.", Stop.SOFT),
        ("etc.", Stop.SOFT),
        ("room 101.", Stop.SOFT),
        ("$5.", Stop.SOFT),
        ("v2.0.", Stop.SOFT),
        ("1.", Stop.PART),
        ("am 3.", Stop.PART),
        ("I have 3.", Stop.SOFT),
        (".", Stop.SOFT),
    ],
)
def test_a_full_stop_belongs_to_a_word_or_ends_a_sentence(text: str, kind: Stop) -> None:
    assert stop_of(text, len(text) - 1) is kind


def test_a_run_takes_marks_and_closers_but_opens_no_quote() -> None:
    assert run_end('Go!?" he', 2, quote_open=True) == 5
    assert run_end('Go!?" he', 2, quote_open=False) == 4
    assert run_end("Go.”) x", 2, quote_open=False) == 5
    assert run_end("." * 200, 0, quote_open=False) == MAX_RUN


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Stop.", Verdict.UNDECIDED),
        ("Stop. ", Verdict.END),
        ("Stop.x", Verdict.NO_END),
        ("停。x", Verdict.END),
        ("OK.好", Verdict.END),
        ("Well... ", Verdict.UNDECIDED),
        ("Well... no", Verdict.NO_END),
        ("Well... No", Verdict.END),
        ("Well...\nno", Verdict.END),
        ("Well..." + " " * 100, Verdict.END),
    ],
)
def test_a_run_is_judged_by_as_little_as_proves_it(text: str, verdict: Verdict) -> None:
    index = min(text.index(mark) for mark in ".。" if mark in text)
    end = run_end(text, index, quote_open=False)
    assert judge(text, index, end, at_end=False) is verdict


def test_the_end_of_the_text_decides_everything() -> None:
    assert judge("Stop.", 4, 5, at_end=True) is Verdict.END
    assert judge("Well...  ", 4, 7, at_end=True) is Verdict.END


def test_only_a_likely_end_looks_final() -> None:
    assert looks_final("It is here.", 10)
    assert looks_final("Is it?!", 5)
    assert not looks_final("It is...", 5)
    assert not looks_final("Ask Dr.", 6)
