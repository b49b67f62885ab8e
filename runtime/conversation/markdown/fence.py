"""A fenced code block: dropped as it streams, whatever its length."""

from __future__ import annotations

import re
from typing import Final

from runtime.conversation.markdown.stream import Mode, Step, Stream

_LONGEST: Final = 100
_INDENT: Final = r"\n[ \t>]{0,40}"


class Fence:
    """From behind the opening run of `size` markers up to and with the closing run.

    More lenient than CommonMark: text may follow the closing run after a blank, for models write it.
    """

    __slots__ = ("_beginning", "_closing")

    def __init__(self, marker: str, size: int) -> None:
        self._closing = re.compile(rf"{_INDENT}{marker}{{{min(size, _LONGEST)},{_LONGEST}}}(?=\s|\Z)")
        self._beginning = re.compile(rf"{_INDENT}{marker}{{0,{_LONGEST}}}\Z")

    def read(self, stream: Stream) -> Step | Mode:
        """Drops code; keeps only what may be the beginning of the closing line."""
        text, start = stream.text, stream.position
        found = self._closing.search(text, start)
        if found and (stream.final or found.end() < len(text)):
            stream.drop(found.end() - start)
            return Step.OVER
        last_line = text.rfind("\n", start)
        if stream.final or last_line < 0 or not self._beginning.match(text, last_line):
            return stream.swallow(len(text) - start)
        return stream.swallow(last_line - start) if last_line > start else Step.WAIT
