from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conversation.test_text_filters import filtered, filtered_by_character

EMOJI = {
    "Great 😀!": "Great !",
    "Hi😀 there 👍🏽 you": "Hi there you",
    "a 👨‍👩‍👧‍👦 b 🏴󠁧󠁢󠁥󠁮󠁧󠁿 c 🇩🇪🇫🇷 d ❤️ e": "a b c d e",
    "🎉 Hello": "Hello",
    "✅ Done\n⭐ Star 😀\nx": "Done\nStar \nx",
    "a 😀 😀  😀\tb": "a b",
    "Press 1️⃣ or #️⃣": "Press 1 or #",
    "© 2024 Acme™ ® ‼ → ← 5 № ½ ♯ 東京 👩": "© 2024 Acme™ ® ‼ → ← 5 № ½ ♯ 東京 ",
    "™️ x": "™ x",
    "ක්‍ෂ": "ක්‍ෂ",
    "😀": "",
}


@pytest.mark.parametrize(("written", "spoken"), [*EMOJI.items()])
def test_emoji_are_not_spoken(written: str, spoken: str) -> None:
    assert filtered(written, ["emoji"]) == spoken
    assert filtered(written) == spoken
    assert filtered_by_character(written) == spoken


@given(st.lists(st.sampled_from(["😀", "👍🏽", "👨‍👩‍👧", "🇩🇪", " ", "a", "b"])).map("".join))
def test_dropped_emoji_leave_no_double_space(text: str) -> None:
    assert "  " not in filtered(re.sub(" +", " ", text), ["emoji"])
