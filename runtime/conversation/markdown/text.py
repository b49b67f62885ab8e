"""The text of a line, and the marks in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from runtime.conversation.markdown.emphasis import Emphasis, is_latin_like
from runtime.conversation.markdown.fence import Fence
from runtime.conversation.markdown.lookahead import (
    PLAIN,
    REACH,
    WAIT,
    link_destination,
    link_label,
    tag,
    url_scheme,
)
from runtime.conversation.markdown.spans import InlineCode, Url
from runtime.conversation.markdown.stream import Mode, Step, Stream

_PROSE: Final = re.compile(r"(?:[^*_~`\[\]<\\|\n!hHwW]++|(?<=[A-Za-z0-9])[hHwW])++")
_RUN: Final = re.compile(rf"(.)\1{{0,{REACH - 1}}}")
_INFO: Final = re.compile(rf"[^`\n]{{0,{REACH}}}")
_BEFORE_IMAGE: Final = frozenset("([|>*_ \t\n")
_ESCAPABLE: Final = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


class Text:
    """Says prose, drops marks. In the row of a table the pipes are marks."""

    __slots__ = ("_emphasis", "_in_row", "_labels")

    def __init__(self, emphasis: Emphasis, *, in_row: bool) -> None:
        self._emphasis = emphasis
        self._in_row = in_row
        self._labels = 0  # labels of links that are open

    def read(self, stream: Stream) -> Step | Mode:
        """Reads prose, or one mark."""
        if size := stream.measure(_PROSE):
            return stream.say(size)
        return _MARKS[stream.at(0)](self, stream)

    def line_feed(self, stream: Stream) -> Step | Mode:
        """The line is over."""
        stream.say(1)
        return Step.OVER

    def emphasis(self, stream: Stream) -> Step | Mode:
        """`*it*`, `__bold__`, `~~struck~~`."""
        size = stream.measure(_RUN)
        if size == REACH:
            return stream.say(size)
        if stream.ends_at(size):
            return Step.WAIT
        if self._emphasis.takes(stream.at(0), size, stream.before, stream.at(size)):
            return stream.drop(size)
        return stream.say(size)

    def backticks(self, stream: Stream) -> Step | Mode:
        """Inline code; or a fence, which models also open behind text."""
        size = stream.measure(_RUN)
        if size == REACH:
            return stream.say(size)
        if stream.ends_at(size):
            return Step.WAIT
        if size == 1 and is_latin_like(stream.before) and is_latin_like(stream.at(1)):
            return stream.say(1)  # don`t
        info = stream.measure(_INFO, size) if size >= 3 else REACH
        if info < REACH and stream.ends_at(size + info):
            return Step.WAIT
        if info < REACH and stream.at(size + info) == "\n":
            stream.swallow(size + info)
            return Fence("`", size)
        stream.drop(size)
        return InlineCode(size)

    def opening_bracket(self, stream: Stream) -> Step | Mode:
        """`[label](destination)`."""
        return self._label(stream, 0)

    def exclamation(self, stream: Stream) -> Step | Mode:
        """`![label](destination)`. Behind a word it is an exclamation mark at once."""
        if stream.before and stream.before not in _BEFORE_IMAGE:
            return stream.say(1)
        if stream.ends_at(1):
            return Step.WAIT
        return self._label(stream, 1) if stream.at(1) == "[" else stream.say(1)

    def closing_bracket(self, stream: Stream) -> Step | Mode:
        """The end of a label: its destination is dropped."""
        if self._labels and stream.ends_at(1):
            return Step.WAIT
        if not self._labels or stream.at(1) != "(":
            return stream.say(1)
        size = link_destination(stream.window(1))
        if size == WAIT:
            return Step.WAIT
        self._labels -= 1
        if size == PLAIN:
            stream.part_words()
        return stream.drop(1 + size)

    def angle_bracket(self, stream: Stream) -> Step | Mode:
        """`<br>` and the like."""
        size, parts_words = tag(stream.window())
        if size == WAIT:
            return Step.WAIT
        if size == PLAIN:
            return stream.say(1)
        if parts_words:
            stream.part_words()
        return stream.drop(size)

    def backslash(self, stream: Stream) -> Step | Mode:
        r"""`\*` is a star; at the end of a line it breaks the line."""
        if stream.ends_at(1):
            return Step.WAIT
        if stream.at(1) == "\n":
            return stream.drop(1)
        if stream.at(1) not in _ESCAPABLE:
            return stream.say(1)
        stream.swallow(1)
        return stream.say(1)

    def pipe(self, stream: Stream) -> Step | Mode:
        """Parts the cells of a table."""
        if not self._in_row:
            return stream.say(1)
        stream.part_words()
        return stream.drop(1)

    def maybe_url(self, stream: Stream) -> Step | Mode:
        """The first letter of "http" or "www", if no word goes on here."""
        if is_latin_like(stream.before):
            return stream.say(1)
        size = url_scheme(stream.window())
        if size == WAIT:
            return Step.WAIT
        if size == PLAIN:
            return stream.say(1)
        stream.swallow(size)
        return Url()

    def _label(self, stream: Stream, bracket: int) -> Step:
        size = link_label(stream.window(bracket))
        if size == WAIT:
            return Step.WAIT
        if size == PLAIN:
            return stream.say(bracket + 1)
        self._labels += 1
        return stream.drop(bracket + 1)


_MARKS: Final[Mapping[str, Callable[[Text, Stream], Step | Mode]]] = {
    "\n": Text.line_feed,
    **dict.fromkeys("*_~", Text.emphasis),
    "`": Text.backticks,
    "[": Text.opening_bracket,
    "]": Text.closing_bracket,
    "!": Text.exclamation,
    "<": Text.angle_bracket,
    "\\": Text.backslash,
    "|": Text.pipe,
    **dict.fromkeys("hHwW", Text.maybe_url),
}
