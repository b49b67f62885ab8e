from __future__ import annotations

from typing import Any

import orjson
import pytest

from runtime.providers.openai.faults import Complaint, Speaker, complaint_of, read_complaint

SPEAKER = Speaker("The model's server", "model_error", "model_timeout", "sk-secret", {418: "bad_audio"})


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ({"error": {"message": "No.", "code": "x"}}, Complaint("No.", "x")),
        ({"error": {"message": "No.", "code": None, "type": "t"}}, Complaint("No.", "t")),
        ({"error": "No."}, Complaint("No.")),
        ({"message": "No."}, Complaint("No.")),
        ({"detail": "No."}, Complaint("No.")),
        ({"detail": [{"loc": ["body"]}]}, Complaint()),
        ({"error": 7}, Complaint()),
        ([], Complaint()),
    ],
)
def test_error_objects_of_many_servers_are_read(answer: Any, complaint: Complaint) -> None:
    assert complaint_of(answer) == complaint
    assert read_complaint(orjson.dumps(answer)) == complaint


def test_a_body_that_is_not_json_says_nothing() -> None:
    assert read_complaint(b"<html>") == Complaint()


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "The model's server refused the key (401)."),
        (403, "The model's server does not allow this (403)."),
        (429, "The model's server is rate limited (429)."),
        (503, "The model's server has a fault of its own (503)."),
        (302, "The model's server redirects elsewhere (302); base_url must be the final address."),
        (418, "The model's server answered with status 418."),
    ],
)
def test_a_status_is_said_in_words(status: int, sentence: str) -> None:
    assert str(SPEAKER.refused(status, Complaint())) == sentence


def test_the_servers_own_words_are_for_the_operator_alone() -> None:
    error = SPEAKER.refused(404, Complaint("No such file: /models/x"))
    assert str(error) == "The model's server does not know this model or address (404)."
    assert error.detail == "No such file: /models/x"


def test_what_a_server_says_about_a_refused_key_is_not_repeated() -> None:
    error = SPEAKER.refused(401, Complaint("Incorrect API key provided: sk-secret"))
    assert "sk" not in str(error) + error.detail


def test_only_what_may_pass_is_retryable() -> None:
    retryable = {status for status in range(300, 600) if SPEAKER.refused(status, Complaint()).retryable}
    assert retryable == {408, 409, 429, *range(500, 600)}


def test_a_used_up_quota_does_not_come_back() -> None:
    assert not SPEAKER.refused(429, Complaint("No money.", "insufficient_quota")).retryable


def test_a_status_may_have_a_code_of_its_own() -> None:
    assert SPEAKER.refused(418, Complaint()).code == "bad_audio"
    assert SPEAKER.refused(400, Complaint()).code == "model_error"
    assert SPEAKER.late().code == "model_timeout"


def test_the_key_is_not_shown() -> None:
    assert "sk-secret" not in repr(SPEAKER)
