"""Which keys hold secrets."""

from __future__ import annotations

import pytest

from runtime.spec.masking import is_secret, masked


@pytest.mark.parametrize(
    "key", ["api_key", "API-Key", "x-api-key", "password", "db_password", "Authorization", "token"]
)
def test_what_is_under_such_a_key_is_secret_and_hidden_in_its_line(key: str) -> None:
    assert is_secret(("model", key))
    assert masked(f"  {key}: abc  ") == f"  {key}: ***  "


@pytest.mark.parametrize("key", ["max_tokens", "tokenizer", "keys", "secretary"])
def test_other_keys_are_shown(key: str) -> None:
    assert not is_secret((key, 0))
    assert masked(f"{key}: abc") == f"{key}: abc"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("api_key: Bearer ${env:KEY:-a}b", "api_key: ****** ${env:KEY:-a}*"),
        ("api_key: a${env:KEY b", "api_key: *${env:KEY *"),
        ("{api_key: Bearer ${env:KEY}, name: a}", "{api_key: ****** ${env:KEY}, name: a}"),
        ("{api_key: ${env:KEY:-a, password: b}", "{api_key: ${env:KEY:-*, password: *}"),
        ("{api_key: ${env:KEY-a}b}", "{api_key: ${env:KEY-a}*}"),
        ("{api_key: ${env:KEY-a, name: b", "{api_key: ${env:KEY**, name: b"),
        ("{token: ${file:run/a-b.txt", "{token: ${file:run/a-b.txt"),
        ("token: ${abc", "token: *{***"),
    ],
)
def test_of_a_hidden_value_only_references_are_shown(line: str, shown: str) -> None:
    assert masked(line) == shown
