from runtime.conversation.consent import Consent

TOOLS = frozenset({"book"})


def test_a_tool_without_effects_needs_no_consent() -> None:
    assert Consent(TOOLS).given("look", {})


def test_a_tool_with_effects_runs_only_after_the_user_spoke_again() -> None:
    consent = Consent(TOOLS)
    consent.user_spoke()
    assert not consent.given("book", {"guests": 2, "time": "8"})
    assert not consent.given("book", {"guests": 2, "time": "8"})
    consent.user_spoke()
    assert consent.given("book", {"time": "8", "guests": 2})
    assert not consent.given("book", {"guests": 2, "time": "8"})


def test_consent_is_for_these_arguments_alone() -> None:
    consent = Consent(TOOLS)
    consent.given("book", {"guests": 2})
    consent.user_spoke()
    assert not consent.given("book", {"guests": 8})


def test_a_question_lapses_when_the_user_talks_of_something_else() -> None:
    consent = Consent(TOOLS)
    consent.given("book", {"guests": 2})
    consent.user_spoke()
    consent.user_spoke()
    assert not consent.given("book", {"guests": 2})
