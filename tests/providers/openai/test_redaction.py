from __future__ import annotations

import pytest

from runtime.providers.openai.redaction import MAX_CHARS, presentable

KEY = "very-unusual-key"


@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: sk-proj-abc_DEF-123456. Find it elsewhere.",
        "Incorrect API key provided: sk-12***********89.",
        "Key gsk_a1b2c3d4e5f6g7h8 is wrong",
        "Header was Bearer abcdef",
        "Authorization: bearer a.b.c",
        f"no access with {KEY}",
        "deployment key 0123456789abcdef0123456789abcdef expired",
        "see http://user:hunter2@host/v1",
    ],
)
def test_nothing_like_a_key_is_left(text: str) -> None:
    shown = presentable(text, KEY)
    for secret in ("abc_DEF", "123456", "12*", "a1b2c3", "abcdef", "a.b.c", KEY, "hunter2"):
        assert secret not in shown


@pytest.mark.parametrize(
    "text",
    [
        "The model `gpt-4o-mini-tts-2025-03-20` does not exist or you do not have access to it.",
        "'temperature' does not support 0.5 with this model. Only the default (1) value is supported.",
        "meta-llama/Llama-3.3-70B-Instruct is loading",
        "Rate limit reached for requests per min (RPM): Limit 3, Used 3.",
    ],
)
def test_what_a_server_says_about_other_things_stays(text: str) -> None:
    assert presentable(text, KEY) == text


def test_the_text_is_one_short_line() -> None:
    assert presentable("  a\t b  c\nTraceback:\n  File", KEY) == "a b c"
    assert len(presentable("word " * 200, KEY)) == MAX_CHARS


def test_the_key_that_stands_for_no_key_is_no_secret() -> None:
    assert presentable("none of this", "none") == "none of this"
