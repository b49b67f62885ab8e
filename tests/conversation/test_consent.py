from typing import Any

import orjson

from runtime.conversation.consent import Consent


def given(consent: Consent, tool: str, arguments: Any) -> bool:
    call = tool.encode() + orjson.dumps(arguments, option=orjson.OPT_SORT_KEYS)
    return consent.given(call, ask_first=tool == "book")


def user_speaks(consent: Consent) -> None:
    """The user has heard every question so far."""
    consent.user_spoke(consent.questions)


def asked(consent: Consent, arguments: Any, *, heard: bool = True, interrupted: bool = False) -> None:
    """A turn in which the model calls the tool and is told to ask."""
    user_speaks(consent)
    assert not given(consent, "book", arguments)
    consent.response_over(asked=heard, interrupted=interrupted)


def test_a_tool_without_effects_needs_no_consent() -> None:
    assert given(Consent(), "look", {})


def test_a_tool_with_effects_runs_only_after_the_user_spoke_again() -> None:
    consent = Consent()
    asked(consent, {"guests": 2, "time": "8"})
    assert not given(consent, "book", {"guests": 2, "time": "8"}), "within the same turn"
    user_speaks(consent)
    assert given(consent, "book", {"time": "8", "guests": 2})
    assert not given(consent, "book", {"guests": 2, "time": "8"}), "a consent is used up"


def test_consent_is_for_these_arguments_alone() -> None:
    consent = Consent()
    asked(consent, {"guests": 2})
    user_speaks(consent)
    assert not given(consent, "book", {"guests": 8})


def test_a_question_that_nobody_heard_was_not_put() -> None:
    consent = Consent()
    asked(consent, {"guests": 2}, heard=False, interrupted=True)
    user_speaks(consent)
    assert not given(consent, "book", {"guests": 2})


def test_words_from_before_the_question_are_no_answer_to_it() -> None:
    consent = Consent()
    before = consent.questions
    asked(consent, {"guests": 2})
    consent.user_spoke(before)
    assert not given(consent, "book", {"guests": 2})


def test_a_question_that_was_sent_and_not_played_was_not_put() -> None:
    consent = Consent()
    asked(consent, {"guests": 2})
    consent.unheard()
    user_speaks(consent)
    assert not given(consent, "book", {"guests": 2})


def test_a_question_is_forgotten_with_the_conversation() -> None:
    consent = Consent()
    asked(consent, {"guests": 2})
    consent.forget()
    user_speaks(consent)
    assert not given(consent, "book", {"guests": 2})


def test_a_question_lapses_when_the_talk_moves_on() -> None:
    consent = Consent()
    asked(consent, {"guests": 2})
    user_speaks(consent)
    consent.response_over(asked=False, interrupted=False)
    user_speaks(consent)
    assert not given(consent, "book", {"guests": 2})


def test_a_question_outlives_an_answer_that_was_cut_short() -> None:
    consent = Consent()
    asked(consent, {"guests": 2})
    user_speaks(consent)  # "yes"
    consent.response_over(asked=False, interrupted=True)
    user_speaks(consent)  # "please"
    assert given(consent, "book", {"guests": 2})
