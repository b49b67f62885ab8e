"""How names are said: written words replaced by the spelling a voice reads right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

# Scripts that write no space between words, and Hangul, which hangs particles on: a name may touch its neighbours.
_UNSPACED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)


class Pronunciation:
    """Replaces whole words: `Pronunciation({"Aurora": "Orrora"})("Aurora's")` is `"Orrora's"`.

    A word written exactly as in the mapping is replaced by its entry, one that differs only in case by the entry it
    matches; the longest entry wins. What was replaced is not looked at again. Blank entries are ignored.
    """

    __slots__ = ("_mapping", "_pattern", "_written")

    def __init__(self, mapping: Mapping[str, str]) -> None:
        stripped = {key.strip(): spoken for key, spoken in mapping.items() if key.strip()}
        # Of two entries that differ in their margins, the one without counts.
        self._mapping = stripped | {key: spoken for key, spoken in mapping.items() if key in stripped}
        self._written = sorted(self._mapping, key=len, reverse=True)
        entries = "|".join(_entry(written) for written in self._written)
        self._pattern = re.compile(entries, re.IGNORECASE) if entries else None

    def __call__(self, text: str) -> str:
        """The text as it is to be said."""
        return self._pattern.sub(self._say, text) if self._pattern else text

    def _say(self, found: re.Match[str]) -> str:
        word = found[0]
        after = found.string[found.end() : found.end() + 1]
        if after and unicodedata.category(after).startswith("M"):
            return word  # a vowel sign or accent follows: this is the beginning of another word
        assert found.lastindex is not None
        spoken = self._mapping.get(word)
        return self._mapping[self._written[found.lastindex - 1]] if spoken is None else spoken


def _entry(written: str) -> str:
    """The group that finds one entry. A run of blanks in it stands for any run of blanks."""
    words = r"\s+".join(re.escape(word) for word in written.split())
    before = "" if _UNSPACED.match(written[0]) else r"(?<!\w)"
    after = "" if _UNSPACED.match(written[-1]) else r"(?!\w)"
    return f"{before}({words}){after}"
