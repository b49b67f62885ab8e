"""Which runs of `*`, `_` and `~` are emphasis and which are text.

CommonMark 0.31 (section 6.2) needs the closing run to know what an opening one was. Speech cannot wait for it, so a run
is judged by its two neighbours and by what is open: an opening run that is never closed is dropped all the same.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_NEVER_EMPHASISED: Final = frozenset(".,;:!?)]}>/|")
_BEFORE_UNDERSCORE: Final = frozenset("\"'*~|>")


class Emphasis:
    """The emphasis that is open, as a count of characters for each kind of marker."""

    __slots__ = ("_open",)

    def __init__(self) -> None:
        self._open = {"*": 0, "_": 0, "~": 0}

    def end_block(self) -> None:
        """Emphasis does not outlive its paragraph."""
        self._open = {"*": 0, "_": 0, "~": 0}

    def takes(self, marker: str, size: int, before: str, after: str) -> bool:
        """Is this run a marker? `before` and `after` are its neighbours, empty at the ends of the text."""
        if marker == "~" and size != 2:
            return False
        if before.isdigit() and after.isdigit():
            return False  # 5*4, 2**3
        if self._open[marker] and _closes(marker, before, after):
            self._open[marker] = max(0, self._open[marker] - size)
            return True
        if _opens(marker, before, after):
            self._open[marker] += size
            return True
        return False


def is_blank(char: str) -> bool:
    """White space, or an end of the text."""
    return not char or char.isspace()


def is_latin_like(char: str) -> bool:
    """A digit, or a letter of a script with upper and lower case: those write spaces between words."""
    return char.isdigit() or char.lower() != char.upper()


def _closes(marker: str, before: str, after: str) -> bool:
    return not is_blank(before) and not _is_bracket(before) and not (marker == "_" and after.isalnum())


def _opens(marker: str, before: str, after: str) -> bool:
    if is_blank(after) or after in _NEVER_EMPHASISED:
        return False
    if marker == "_":
        return is_blank(before) or before in _BEFORE_UNDERSCORE or _is_bracket(before)
    # Chinese and its kin write no space before emphasis; f**k and a*b are text.
    return not is_latin_like(before)


def _is_bracket(char: str) -> bool:
    """An opening bracket or opening quotation mark."""
    return unicodedata.category(char) in ("Ps", "Pi")
