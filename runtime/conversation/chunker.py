"""Streamed text to speakable chunks.

The cuts are a function of the text alone: a boundary is decided when the characters after it prove it, and never
because a delta happened to end there. What that proof costs in time (one token of the model) is won back by `guess`.
"""

from __future__ import annotations

import re
import unicodedata

from runtime.conversation.boundaries import (
    CLAUSE_MARKS,
    CLOSERS,
    SPACED_MARKS,
    UNSPACED_CLAUSE_MARKS,
    UNSPACED_MARKS,
    Verdict,
    judge,
    looks_final,
    run_end,
)
from runtime.conversation.graphemes import last_boundary
from runtime.settings import ChunkSettings

_SENTENCE_MARK = re.compile(f"[{re.escape(SPACED_MARKS + UNSPACED_MARKS)}\n]")
_ANY_MARK = re.compile(f"[{re.escape(SPACED_MARKS + UNSPACED_MARKS + CLAUSE_MARKS + UNSPACED_CLAUSE_MARKS)}\n]")
_CLAUSE = re.compile(f"[{re.escape(CLAUSE_MARKS)}][{re.escape(CLOSERS)}]*(?=\\s)|[{re.escape(UNSPACED_CLAUSE_MARKS)}]")
_SAYABLE = re.compile(r"[^\W_]")
_LAST_SPACE = re.compile(r"\s(?=\S*\Z)")
_FINAL = frozenset(SPACED_MARKS + UNSPACED_MARKS + CLOSERS)


class Chunker:
    """Text in as it arrives, chunks out as they are decided.

    The chunks joined are the text without the white space between them; what holds no letter or digit is not worth
    a chunk of its own and goes with the next one, or nowhere if there is none.
    """

    __slots__ = ("_first", "_quote_open", "_scan", "_settings", "_text")

    def __init__(self, settings: ChunkSettings) -> None:
        self._settings = settings
        self._text = ""
        self._scan = 0  # every boundary before this place has been looked at
        self._first = True
        self._quote_open = False

    @property
    def pending(self) -> bool:
        """Is there text that no chunk holds yet?"""
        return bool(self._text)

    def feed(self, delta: str) -> list[str]:
        """Take more text; returns the chunks that are now decided."""
        self._text += delta if self._text else delta.lstrip()
        if not self._text:
            return []
        return self._cut(at_end=False)

    def flush(self) -> list[str]:
        """The text ends here; returns everything left."""
        chunks = self._cut(at_end=True)
        rest = self._text.rstrip()
        self._take(len(self._text), chunks)
        assert len(rest) <= self._settings.max_chunk_size, "what is too long was cut before"
        return chunks

    def guess(self) -> str | None:
        """The chunk that `feed` or `flush` will return if the sentence really ends with the text so far.

        None where the text does not suggest so. Cheap: it is asked after every delta.
        """
        text = self._text
        if not text or text[-1] not in _FINAL or self._scan >= len(text) or not self._is_long_enough(text):
            return None
        index = self._scan
        if text[index] not in SPACED_MARKS and text[index] not in UNSPACED_MARKS:
            return None
        if run_end(text, index, quote_open=self._inside_quote(index)) < len(text):
            return None
        return text if looks_final(text, index) and len(text) <= self._settings.max_chunk_size else None

    def stall(self) -> list[str]:
        """No text has come for a while; returns what can be said without breaking a word."""
        chunks: list[str] = []
        text = self._text
        end = len(text) if self.guess() else _last_word_end(text)
        if end and self._size(text[:end]) >= self._settings.first_chunk_size and _SAYABLE.search(text, 0, end):
            self._take(end, chunks)
        return chunks

    # -- the cutter

    def _cut(self, *, at_end: bool) -> list[str]:
        chunks: list[str] = []
        limit = self._settings.max_chunk_size
        while self._text:
            index = self._next_mark()
            end = len(self._text) if index < 0 else self._mark_end(index)
            if end > limit and len(self._text.rstrip() if at_end else self._text) > limit:
                self._take(self._forced_cut(), chunks)
                continue
            if index < 0:
                self._scan = len(self._text)
                break
            verdict = self._verdict(index, end, at_end=at_end)
            if verdict is Verdict.UNDECIDED:
                self._scan = index
                break
            self._scan = end
            if verdict is Verdict.END and self._is_long_enough(self._text[:end]):
                self._take(end, chunks)
        return chunks

    def _next_mark(self) -> int:
        found = (_ANY_MARK if self._first else _SENTENCE_MARK).search(self._text, self._scan)
        return -1 if found is None else found.start()

    def _mark_end(self, index: int) -> int:
        if self._text[index] in SPACED_MARKS or self._text[index] in UNSPACED_MARKS:
            return run_end(self._text, index, quote_open=self._inside_quote(index))
        return index + 1

    def _verdict(self, index: int, end: int, *, at_end: bool) -> Verdict:
        mark = self._text[index]
        if mark == "\n" or mark in UNSPACED_CLAUSE_MARKS:
            return Verdict.END
        if mark in CLAUSE_MARKS:
            return self._clause_verdict(index)
        return judge(self._text, index, end, at_end=at_end)

    def _clause_verdict(self, index: int) -> Verdict:
        """Only the first chunk may end at a clause, to be heard soon; a comma after a digit may join a date."""
        following = self._text[index + 1 : index + 2]
        if not following:
            return Verdict.UNDECIDED
        after_digit = index > 0 and self._text[index - 1].isdigit()
        return Verdict.END if following.isspace() and not after_digit else Verdict.NO_END

    def _forced_cut(self) -> int:
        """Where to cut text that is too long: after a clause, else a word, else a visible character."""
        limit = self._settings.max_chunk_size
        window = self._text[: limit + 1]
        clauses = [found.end() for found in _CLAUSE.finditer(window) if limit // 3 <= found.end() <= limit]
        if clauses:
            return clauses[-1]
        space = _LAST_SPACE.search(window)
        if space is not None and space.start() > 0:
            return space.start()
        return last_boundary(self._text, limit)

    def _take(self, end: int, chunks: list[str]) -> None:
        """Move the text before `end` out, as a chunk if there is anything to say in it."""
        chunk = self._text[:end].strip()
        self._quote_open ^= self._text.count('"', 0, end) % 2 == 1
        self._text = self._text[end:].lstrip()
        self._scan = 0
        if _SAYABLE.search(chunk):
            chunks.append(chunk)
            self._first = False

    def _is_long_enough(self, text: str) -> bool:
        least = self._settings.min_chunk_size
        if self._first:
            least = min(least, self._settings.first_chunk_size)
        return self._size(text) >= least and _SAYABLE.search(text) is not None

    @staticmethod
    def _size(text: str) -> int:
        """Characters, a wide one counting twice: twenty Han characters are two breaths, not one."""
        text = text.strip()
        if text.isascii():
            return len(text)
        return len(text) + sum(unicodedata.east_asian_width(character) in "WF" for character in text)

    def _inside_quote(self, index: int) -> bool:
        return self._quote_open ^ (self._text.count('"', 0, index) % 2 == 1)


def _last_word_end(text: str) -> int:
    """Where the last complete word ends; text of a script without spaces ends anywhere."""
    if text and "\u2e80" <= text[-1] <= "\u9fff":
        return len(text)
    found = _LAST_SPACE.search(text)
    return 0 if found is None else found.start()
