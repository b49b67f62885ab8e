"""What the beginning of a line means: heading, quote, list item, table, rule, or just text.

A beginning is judged on a window of the line. As long as more text could change the answer, the answer is WAIT.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from runtime.conversation.markdown.lookahead import Window

_SPACE: Final = r"[ \t\r]"
_LINE_END: Final = r"(?:\n|\Z)"
_UNDECIDED: Final = re.compile(r"[-*_=|+][-*_=|:+ \t\r]*|#{1,6}\r?|>|~{1,2}|~{3}[^\n]*|[-+*][ \t]+\[[ xX]?\]?")
_NUMBER: Final = re.compile(r"([0-9]{1,9})(?:([.)])([ \t])?)?")
_STARTERS: Final = frozenset("#>-+*_=|~0123456789")


class Line(Enum):
    """How a line goes on after its beginning."""

    WAIT = auto()
    TEXT = auto()
    MARKER = auto()  # of a quote or list item: another may follow
    HEADING = auto()
    ROW = auto()  # of a table
    RULE = auto()  # the rest of the line is dashes, or dropped up to the first that is not
    BLANKED = auto()  # the line is over and holds nothing to say
    FENCE = auto()


_BEGINNINGS: Final = (
    (Line.BLANKED, re.compile(rf"([-*_])(?:[ \t]*\1){{2,}}{_SPACE}*{_LINE_END}")),
    (Line.BLANKED, re.compile(rf"\|[|: \t]*-[-|: \t\r]*{_LINE_END}")),
    (Line.RULE, re.compile(r"[|:+ \t]*(?:---|===)")),
    (Line.HEADING, re.compile(r"#{1,6}(?:[ \t]|(?=\r?\n)|\r?\Z)")),
    (Line.MARKER, re.compile(r">(?![=0-9])")),
    (Line.MARKER, re.compile(r"[-+*](?:[ \t]+\[[ xX]\](?=\s)|[ \t]|(?=\r?\n)|\r?\Z)")),
    (Line.ROW, re.compile(r"\|")),
    (Line.FENCE, re.compile(r"~{3,}(?=[^\n]*\n)")),
)


class Beginnings:
    """Reads beginnings of lines; knows how far the numbered list has come."""

    __slots__ = ("_highest",)

    def __init__(self) -> None:
        self._highest = 0

    def read(self, window: Window) -> tuple[Line, int]:
        """What begins here, and how many characters its marker has. Indentation has been read already."""
        first = window.text[0]
        if first not in _STARTERS:
            return Line.TEXT, 0
        if first.isdigit():
            return self._number(window)
        if not window.complete and _UNDECIDED.fullmatch(window.text):
            return Line.WAIT, 0
        for line, pattern in _BEGINNINGS:
            if found := pattern.match(window.text):
                return line, found.end()
        return Line.TEXT, 0

    def _number(self, window: Window) -> tuple[Line, int]:
        """A number is a list marker only where a list begins or goes on: an answer may be "42. Anything else?"."""
        found = _NUMBER.match(window.text)
        assert found is not None
        value = int(found[1])
        if value > self._highest + 1:
            return Line.TEXT, 0
        if found[3]:
            self._highest = max(self._highest, value)  # a nested list does not set the outer one back
            return Line.MARKER, found.end()
        undecided = not window.complete and found.end() == len(window.text)
        return (Line.WAIT if undecided else Line.TEXT), 0
