"""The modes of whole lines: their beginning, and those that hold nothing to say."""

from __future__ import annotations

import re
from typing import Final

from runtime.conversation.markdown.beginnings import Beginnings, Line
from runtime.conversation.markdown.emphasis import Emphasis
from runtime.conversation.markdown.fence import Fence
from runtime.conversation.markdown.stream import Mode, Step, Stream
from runtime.conversation.markdown.text import Text

_DASHES: Final = re.compile(r"[-=|:+ \t\r]*")


class LineStart:
    """The mode at the bottom: reads markers until something to say begins."""

    __slots__ = ("_beginnings", "_emphasis")

    def __init__(self) -> None:
        self._beginnings = Beginnings()
        self._emphasis = Emphasis()

    def read(self, stream: Stream) -> Step | Mode:
        """Reads one marker, one blank or one empty line."""
        char = stream.at(0)
        if char == "\n":
            self._emphasis.end_block()
        if char in " \t\r\n":
            return stream.say(1)
        line, size = self._beginnings.read(stream.window())
        if line is Line.WAIT:
            return Step.WAIT
        if size:
            stream.drop(size)
        match line:
            case Line.MARKER | Line.BLANKED:
                return Step.ON
            case Line.RULE:
                return Rule()
            case Line.FENCE:
                return Fence("~", size)
            case _:
                return Text(self._emphasis, in_row=line is Line.ROW)


class Rule:
    """A line of dashes, however long, with its end; or what leads up to `--- a title`."""

    __slots__ = ()

    def read(self, stream: Stream) -> Step | Mode:
        """Drops dashes."""
        size = stream.measure(_DASHES)
        if stream.position + size == len(stream.text):
            return stream.swallow(size)
        stream.drop(size + (stream.at(size) == "\n"))
        return Step.OVER
