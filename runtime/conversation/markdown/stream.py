"""The text that a filter reads, and what it says of it."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final, Protocol

from runtime.conversation.markdown.lookahead import REACH, Window

_BLANKS: Final = re.compile(r"[ \t]*")


class Step(Enum):
    """What a mode answers when it does not open another mode."""

    ON = auto()  # it has read on
    WAIT = auto()  # it needs to see more text
    OVER = auto()  # it has ended; the mode that opened it goes on


class Mode(Protocol):
    """A way of reading. Each call reads at least one character, or waits, or changes the mode."""

    def read(self, stream: Stream) -> Step | Mode:
        """Says or drops what is decided. There is text, and at its end nothing waits."""
        ...


class Stream:
    """Text with a position in it. `before` is the character read last, `said` the one said last; empty at first."""

    __slots__ = ("_out", "before", "final", "position", "said", "skipping", "text")

    def __init__(self) -> None:
        self.text = ""
        self.position = 0
        self.final = False  # no more text will come
        self.skipping = False  # something was dropped behind a blank: the blanks that follow go too
        self.before = ""
        self.said = ""
        self._out: list[str] = []

    def extend(self, text: str, *, final: bool) -> None:
        """More text behind what is still unread."""
        self.text = self.text[self.position :] + text
        self.position = 0
        self.final = final

    def take(self) -> str:
        """All that was said since the last call."""
        said = "".join(self._out)
        self._out.clear()
        return said

    @property
    def exhausted(self) -> bool:
        """Has everything been read?"""
        return self.position == len(self.text)

    def at(self, offset: int) -> str:
        """The character at an offset from the position, or empty behind the end of the text."""
        index = self.position + offset
        return self.text[index : index + 1]

    def ends_at(self, offset: int) -> bool:
        """Does all that has come end there, so that more may follow?"""
        return not self.final and self.position + offset == len(self.text)

    def measure(self, pattern: re.Pattern[str], offset: int = 0) -> int:
        """How many characters the pattern matches at an offset from the position."""
        start = self.position + offset
        found = pattern.match(self.text, start)
        return found.end() - start if found else 0

    def window(self, offset: int = 0) -> Window:
        """What is ahead from an offset on."""
        start = self.position + offset
        ahead = self.text[start : start + REACH]
        return Window(ahead, self.final or len(ahead) == REACH)

    def say(self, size: int) -> Step:
        """Passes characters on, at least one."""
        self._utter(self.text[self.position : self.position + size])
        self.position += size
        return Step.ON

    def drop(self, size: int) -> Step:
        """Leaves characters out, and keeps the blanks around them from adding up."""
        self.swallow(size)
        self.skipping = _is_blank(self.said)
        return Step.ON

    def swallow(self, size: int) -> Step:
        """Leaves characters out of something that goes on."""
        if size:
            self.position += size
            self.before = self.text[self.position - 1]
        return Step.ON

    def part_words(self) -> None:
        """What is about to be dropped stood between words."""
        if not _is_blank(self.said):
            self._utter(" ")

    def skip_blanks(self) -> None:
        """Leaves out the blanks behind something dropped."""
        self.swallow(self.measure(_BLANKS))
        self.skipping = self.exhausted

    def _utter(self, text: str) -> None:
        self._out.append(text)
        self.before = self.said = text[-1]


def _is_blank(char: str) -> bool:
    return not char or char.isspace()
