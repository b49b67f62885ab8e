"""Text for a terminal, a pipe or a file: colour only where it is wanted, and nothing a terminal would obey."""

from __future__ import annotations

import os
import sys
import unicodedata
from typing import TextIO

_TONES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_JOINERS = "\u200c\u200d"  # invisible, and what shapes Arabic, Indic and emoji text


class Terminal:
    """Where lines go. `interactive` says whether a person is looking, `color` whether escapes may be sent."""

    __slots__ = ("_at_line_start", "_stream", "color", "interactive")

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._at_line_start = True
        self.interactive = _is_terminal(stream)
        self.color = self.interactive and _wants_color()

    def paint(self, text: str, tone: str) -> str:
        """The text in a tone (bold dim red green yellow cyan), unchanged where there is no colour."""
        return f"\x1b[{_TONES[tone]}m{text}\x1b[0m" if self.color and text else text

    def line(self, text: str = "") -> None:
        """Write a line of its own, also in the middle of a stream of text."""
        self.end_line()
        print(text, file=self._stream, flush=True)

    def stream(self, text: str) -> None:
        """Write text as it comes."""
        if text:
            self._stream.write(text)
            self._stream.flush()
            self._at_line_start = text.endswith("\n")

    def prompted(self) -> None:
        """The user is asked for a line, by somebody else's means."""
        self._at_line_start = False

    def returned(self) -> None:
        """The user has ended the line by typing Return."""
        self._at_line_start = True

    def end_line(self) -> None:
        """Go to the start of a line, unless already there."""
        if not self._at_line_start:
            self.stream("\n")


def stdout() -> Terminal:
    """What the user asked for goes here."""
    return Terminal(sys.stdout)


def stderr() -> Terminal:
    """What goes wrong, and what is only for people, goes here."""
    return Terminal(sys.stderr)


def plain(text: str) -> str:
    """Text from elsewhere without what a terminal would obey: escapes, bells, carriage returns."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in "\n\t" or char in _JOINERS else "\ufffd" for char in text)


def width(text: str) -> int:
    """Columns that the text takes (UAX #11: wide and fullwidth characters take two, combining marks none)."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if char in _JOINERS or unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def make_safe() -> None:
    """Let no character that the terminal's encoding lacks end the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty()


def _wants_color() -> bool:
    """https://no-color.org: any value that is not empty turns colour off."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
