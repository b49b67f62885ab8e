"""The Markdown filter: a stack of modes that read one stream.

    LineStart ─▶ Text ─▶ InlineCode, Fence, Url
        └─────▶ Rule, Fence

Every decision rests on at most `REACH` characters ahead, and none is taken before the text that could change it has
been seen. So neither the cuts between deltas nor a construct that never closes matter, and reading takes linear time.
"""

from __future__ import annotations

from runtime.conversation.markdown.lines import LineStart
from runtime.conversation.markdown.stream import Mode, Step, Stream
from runtime.conversation.markdown.text import Text


class MarkdownFilter:
    """A stage of `TextFilter`. What is undecided is held: some `REACH` characters at most."""

    __slots__ = ("_modes", "_stream")

    def __init__(self) -> None:
        self._stream = Stream()
        self._modes: list[Mode] = [LineStart()]

    @property
    def idle(self) -> bool:
        """Is this the middle of a line with nothing open, where text without marks would pass unchanged?"""
        return self._stream.exhausted and not self._stream.skipping and isinstance(self._modes[-1], Text)

    def passed(self, char: str) -> None:
        """Plain text went past; this was its last character."""
        self._stream.before = self._stream.said = char

    def feed(self, text: str) -> str:
        """Returns what may be said now."""
        self._stream.extend(text, final=False)
        return self._read()

    def flush(self) -> str:
        """The text has ended: returns what was held."""
        self._stream.extend("", final=True)
        return self._read()

    def _read(self) -> str:
        stream, modes = self._stream, self._modes
        while not stream.exhausted:
            if stream.skipping:
                stream.skip_blanks()
                continue
            step = modes[-1].read(stream)
            if step is Step.WAIT:
                break
            if step is Step.OVER:
                modes.pop()
            elif not isinstance(step, Step):
                modes.append(step)
        return stream.take()
