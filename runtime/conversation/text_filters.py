"""What is written becomes what is said: the filters between the model's text and the chunker.

Each filter reads a stream of text and says as much as the text so far decides; what it says in all depends on the
text alone, never on how it was split. `markdown/filter.py` is the one to read next.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final, Protocol

from runtime.conversation.emoji_filter import MAYBE_EMOJI, EmojiFilter
from runtime.conversation.markdown.filter import MarkdownFilter
from runtime.conversation.pronunciation import Pronunciation

__all__ = ["Pronunciation", "TextFilter"]


class _Stage(Protocol):
    """One filter of the chain."""

    @property
    def idle(self) -> bool:
        """Would plain text pass unchanged and at once?"""
        ...

    def passed(self, char: str) -> None:
        """Plain text went past; this was its last character."""
        ...

    def feed(self, text: str) -> str: ...

    def flush(self) -> str: ...


# What Markdown may hide in the middle of a line. Beside its special characters: an exclamation mark that may begin an
# image, and the beginning of a word that may become "http" or "www". One leading character class keeps the search fast.
_MARKS: Final = r"*_~`\[\]<\\|\n"
_LOOK: Final = (
    r"(?:(?<![!hHwW])|(?<=!)(?<![^\s(\[*_>|]!)|(?<![A-Za-z0-9][hHwW])(?:(?<=[hH])(?:[tT]|\Z)|(?<=[wW])(?:[wW]|\Z)))"
)
_SUSPECTS: Final[Mapping[frozenset[str], re.Pattern[str]]] = {
    frozenset[str](): re.compile(r"(?!)"),
    frozenset({"emoji"}): re.compile(f"[{MAYBE_EMOJI}]"),
    frozenset({"markdown"}): re.compile(f"[{_MARKS}!hHwW]{_LOOK}"),
    frozenset({"markdown", "emoji"}): re.compile(f"[{_MARKS}!hHwW{MAYBE_EMOJI}]{_LOOK}"),
}


class TextFilter:
    """Takes what is not for the ear out of a stream of text: Markdown, code, bare URLs, emoji.

    `filters` names what is taken out, of "markdown" and "emoji"; with none of them text passes as it is.
    Raises `ValueError` for any other name.
    """

    __slots__ = ("_filters", "_idle", "_plain", "_stages", "_suspicious")

    def __init__(self, filters: Collection[str]) -> None:
        self._filters = frozenset(filters)
        if self._filters not in _SUSPECTS:
            unknown = sorted(self._filters - {"markdown", "emoji"})
            raise ValueError(f"unknown text filter {unknown[0]!r}; there are 'markdown' and 'emoji'")
        self._suspicious = _SUSPECTS[self._filters].search
        self._plain = ""  # what passed since the stages last saw text
        self._stages = self._new_stages()
        self._idle = all(stage.idle for stage in self._stages)

    def feed(self, delta: str) -> str:
        """The next piece of text; returns what may be spoken now."""
        if self._idle and self._suspicious(delta) is None:
            self._plain = delta or self._plain
            return delta
        self._catch_up()
        said = delta
        for stage in self._stages:
            said = stage.feed(said)
        self._idle = all(stage.idle for stage in self._stages)
        return said

    def flush(self) -> str:
        """The text is complete: returns what was held back. Afterwards the filter is as new."""
        self._catch_up()
        said = ""
        for stage in self._stages:
            said = stage.feed(said) + stage.flush()
        self._stages = self._new_stages()
        self._idle = all(stage.idle for stage in self._stages)
        return said

    def _new_stages(self) -> tuple[_Stage, ...]:
        # Markdown first: between the stars of `**😀**` the emoji still tells the opening from the closing ones.
        stages: list[_Stage] = []
        if "markdown" in self._filters:
            stages.append(MarkdownFilter())
        if "emoji" in self._filters:
            stages.append(EmojiFilter())
        return tuple(stages)

    def _catch_up(self) -> None:
        if self._plain:
            for stage in self._stages:
                stage.passed(self._plain[-1])
            self._plain = ""
