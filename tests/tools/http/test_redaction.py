"""Keys that a service sends back."""

from __future__ import annotations

import pytest

from runtime.settings import HttpSettings, Secret
from runtime.tools.http.redaction import Redaction, secrets_of

KEY = 'sk/42 "é" key'


@pytest.mark.parametrize(
    "spelling",
    [
        KEY,
        "sk%2F42%20%22%C3%A9%22%20key",
        "sk/42%20%22%C3%A9%22%20key",
        'sk/42 \\"\\u00e9\\" key',
        'sk\\/42 \\"\\u00e9\\" key',
    ],
)
def test_every_spelling_is_hidden(spelling: str) -> None:
    assert Redaction([KEY]).text(f"<{spelling}>") == "<***>"


def test_values_are_hidden_in_texts_and_keys() -> None:
    hidden = Redaction(["secret-1", "secret-12"]).value({"a secret-1": ["secret-12", 1, None, {"b": "x secret-1"}]})
    assert hidden == {"a ***": ["***", 1, None, {"b": "x ***"}]}


def test_what_is_short_is_no_secret() -> None:
    assert Redaction(["abc", ""]).text("abc") == "abc"
    assert Redaction([]).value({"a": "abc"}) == {"a": "abc"}


@pytest.mark.parametrize(
    ("data", "cut", "left"),
    [
        (b"a secret-1", False, b"a ***"),
        (b"a secret-", False, b"a secret-"),
        (b"a secret-", True, b"a ***"),
        (b"a sec", True, b"a sec"),
        (b"\xff\0 secret-1", False, b"\xff\0 ***"),
    ],
)
def test_a_body_is_hidden_in_to_its_end(data: bytes, left: bytes, *, cut: bool) -> None:
    assert Redaction(["secret-1"]).body(data, cut=cut) == left


def test_secrets_come_from_everywhere_in_a_request() -> None:
    settings = HttpSettings(
        Secret("https://api.example/u-path", ("https://api.example/", "u-path", "")),
        headers={"X-Api-Key": "h-literal", "Authorization": "Bearer h-bearer", "X-Other": "h-open"},
        query={"a": Secret("q-whole")},
        json={"a": [{"b": Secret("j<deep>", ("j<", "deep", ">"))}]},
        form={"a": Secret("f-whole"), "b": 1},
        body=Secret("b-whole"),
    )
    assert set(secrets_of(settings)) == {"u-path", "h-literal", "h-bearer", "q-whole", "deep", "f-whole", "b-whole"}
