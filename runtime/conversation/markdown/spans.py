"""The modes of what is not prose within a line: inline code and URLs."""

from __future__ import annotations

import re
from typing import Final

from runtime.conversation.markdown.lookahead import REACH, URL_PUNCTUATION, URL_SOLID
from runtime.conversation.markdown.stream import Mode, Step, Stream

_VERBATIM: Final = re.compile(r"[^`\n]+")
_BACKTICKS: Final = re.compile(rf"`{{1,{REACH}}}")


class InlineCode:
    """Said as it is written, up to a run of as many backticks as opened it, or the end of the line."""

    __slots__ = ("_size",)

    def __init__(self, size: int) -> None:
        self._size = size

    def read(self, stream: Stream) -> Step | Mode:
        """Says code, or drops the closing run."""
        if size := stream.measure(_VERBATIM):
            return stream.say(size)
        if stream.at(0) == "\n":
            return Step.OVER
        size = stream.measure(_BACKTICKS)
        if size < REACH and stream.ends_at(size):
            return Step.WAIT
        if size != self._size:
            return stream.say(size)
        stream.drop(size)
        return Step.OVER


class Url:
    """Dropped as it streams; punctuation and an unmatched bracket at its end belong to the sentence."""

    __slots__ = ("_depth",)

    def __init__(self) -> None:
        self._depth = 0

    def read(self, stream: Stream) -> Step | Mode:
        """Drops a piece of the URL."""
        if self._is_bracket(stream.at(0)):
            self._depth += 1 if stream.at(0) == "(" else -1
            return stream.swallow(1)
        if size := stream.measure(URL_SOLID):
            return stream.swallow(size)
        size = stream.measure(URL_PUNCTUATION)
        if 0 < size < REACH and stream.ends_at(size):
            return Step.WAIT
        if size and size < REACH and (stream.measure(URL_SOLID, size) or self._is_bracket(stream.at(size))):
            return stream.swallow(size)
        stream.drop(0)
        return Step.OVER

    def _is_bracket(self, char: str) -> bool:
        return char == "(" or (char == ")" and self._depth > 0)
