"""Takes emoji out of a stream of text, without ever holding a character back.

Dropped: pictographs by Unicode's property Extended_Pictographic (UTS #51), flags, skin tones, tag and ZWJ sequences,
variation selectors and the frame of keycaps. Kept, though Unicode counts some of them in: letters and digits (a keycap
keeps its digit: "press 1" needs it), © ® ™, ‼ ⁉, arrows of the Arrows block, ♭ ♮ ♯, and enclosed CJK.
"""

from __future__ import annotations

import re
from typing import Final

_PICTOGRAPHS: Final = (
    "\u2139\u231a\u231b\u2328\u23cf\u23e9-\u23f3\u23f8-\u23fa\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe"
    "\u2600-\u2605\u2607-\u2612\u2614-\u266c\u2670-\u2685\u2690-\u2705\u2708-\u2712\u2714\u2716\u271d\u2721\u2728"
    "\u2733\u2734\u2744\u2747\u274c\u274e\u2753-\u2755\u2757\u2763-\u2767\u2795-\u2797\u27a1\u27b0\u27bf"
    "\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d"
    "\U0001f000-\U0001f0ff\U0001f16c-\U0001f171\U0001f17e\U0001f17f\U0001f18e\U0001f191-\U0001f19a"
    "\U0001f1e6-\U0001f1ff\U0001f201-\U0001f20f\U0001f21a\U0001f22f\U0001f232-\U0001f23a\U0001f249-\U0001f64f"
    "\U0001f680-\U0001f6ff\U0001f7d5-\U0001f7ff\U0001f90c-\U0001faff\U0001fc00-\U0001fffd"
)
_ATTACHED: Final = "\ufe0e\ufe0f\u20e3\U000e0020-\U000e007f"

_EMOJI: Final = re.compile(f"[{_PICTOGRAPHS}{_ATTACHED}]")
# A zero-width joiner belongs to the emoji before it; elsewhere it shapes letters, as in Sinhala, and stays.
_REST: Final = re.compile(f"[{_PICTOGRAPHS}{_ATTACHED}\u200d]*")
_REST_AND_SPACE: Final = re.compile(f"[{_PICTOGRAPHS}{_ATTACHED}\u200d \t]*")

MAYBE_EMOJI: Final = "\u20e3\u2139\u231a-\u2bff\u3030\u303d\ufe0e\ufe0f\U0001f000-\U000e007f"
"""A coarse superset of what is dropped, with few ranges: the inside of a character class."""


class EmojiFilter:
    """A stage of `TextFilter`. Spaces around a dropped emoji become one."""

    __slots__ = ("_after_emoji", "_said")

    def __init__(self) -> None:
        self._after_emoji = False
        self._said = ""

    @property
    def idle(self) -> bool:
        """Would text without emoji pass unchanged?"""
        return not self._after_emoji

    def passed(self, char: str) -> None:
        """Plain text went past; this was its last character."""
        self._said = char

    def feed(self, text: str) -> str:
        """Returns the text without its emoji."""
        out: list[str] = []
        position = 0
        while position < len(text):
            if self._after_emoji:
                position = self._skip(text, position)
            else:
                found = _EMOJI.search(text, position)
                end = found.start() if found else len(text)
                if end > position:
                    out.append(text[position:end])
                    self._said = text[end - 1]
                self._after_emoji = found is not None
                position = end
        return "".join(out)

    def flush(self) -> str:
        """Nothing is ever held back."""
        return ""

    def _skip(self, text: str, position: int) -> int:
        spaced = not self._said or self._said.isspace()
        rest = (_REST_AND_SPACE if spaced else _REST).match(text, position)
        assert rest is not None
        self._after_emoji = rest.end() == len(text)
        return rest.end()
