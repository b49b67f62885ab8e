"""Secrets that come back, in whatever spelling."""

from __future__ import annotations

import base64

import pytest

from runtime.redaction import KnownSecrets, Redaction

KEY = 'sk/42 "é" <k&y>'


@pytest.mark.parametrize(
    "spelling",
    [
        KEY,
        KEY.upper(),
        "sk%2F42%20%22%C3%A9%22%20%3Ck%26y%3E",
        "sk%2f42%20%22%c3%a9%22%20%3ck%26y%3e",
        "sk/42%20%22%C3%A9%22%20%3Ck&y%3E",
        "sk%2F42+%22%C3%A9%22+%3Ck%26y%3E",
        'sk/42 \\"\\u00e9\\" <k&y>',
        'sk\\/42 \\"\\u00e9\\" <k&y>',
        'sk/42 \\"é\\" \\u003ck\\u0026y\\u003e',
        "sk/42 &quot;é&quot; &lt;k&amp;y&gt;",
        base64.b64encode(KEY.encode()).decode().rstrip("="),
    ],
)
def test_every_spelling_is_hidden(spelling: str) -> None:
    assert Redaction([KEY]).text(f"<{spelling}>") == "<***>"


def test_texts_and_keys_are_hidden_and_numbers_are_not() -> None:
    answer = {"a secret-1": ["secret-12", 1234, None, {"b": "x secret-1, 1234"}]}
    hidden = Redaction(["secret-1", "secret-12", "1234"]).value(answer)
    assert hidden == {"a ***": ["***", 1234, None, {"b": "x ***, ***"}]}


def test_what_is_short_is_no_secret() -> None:
    assert Redaction(["abc", ""]).text("abc") == "abc"
    assert Redaction([]).value({"a": "abc"}) == {"a": "abc"}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a secret-1", "a ***"),
        ("a secret-", "a ***"),
        ("a SECR", "a ***"),
        ("a sec", "a sec"),
        ("secret secr", "secret ***"),
        ("secret-2", "secret-2"),
        ("", ""),
    ],
)
def test_of_what_is_cut_no_beginning_is_left(text: str, left: str) -> None:
    assert Redaction(["secret-1"]).text(text, cut=True) == left


def test_a_long_secret_that_was_cut_is_hidden_soon() -> None:
    secret = "".join(chr(97 + n * n % 26) for n in range(60_000))
    assert Redaction([secret]).text(f"<{secret[:50_000]}", cut=True) == "<***"
    assert Redaction([secret]).text("a" * 1_000_000, cut=True) == "a" * 1_000_000


def test_letters_that_grow_in_lower_case_hide_all_rather_than_too_little() -> None:
    assert Redaction(["secret-1"]).text("İ secret-1") == "***"
    assert Redaction(["secret-1"]).text("İ") == "İ"
    assert Redaction(["secret-1"]).text("İİİ secret", cut=True) == "***"


def test_the_space_around_a_secret_is_none_of_it() -> None:
    assert Redaction(["secret-1\n"]).text("<secret-1>") == "<***>"
    assert Redaction([" abc "]).text("abc") == "abc"


@pytest.mark.parametrize("secret", ["\udcff\udcfeabcd", "\ud800abcd"])
def test_a_secret_may_be_no_text(secret: str) -> None:
    assert Redaction([secret]).text(f"<{secret}>") == "<***>"


def test_the_bytes_of_a_secret_that_is_no_text_are_known_in_an_address() -> None:
    assert Redaction(["\udcffabcd"]).text("?key=%FFabcd") == "?key=***"


def test_what_one_has_met_is_hidden_from_then_on() -> None:
    known = KnownSecrets()
    assert known.text("secret-1 secret-2") == "secret-1 secret-2"
    known.add(["secret-1", "", "abc"])
    assert known.text("secret-1 secret-2 abc") == "*** secret-2 abc"
    known.add(["secret-2", "secret-1"])
    assert known.text("secret-1 secret-2") == "*** ***"
