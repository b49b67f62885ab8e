"""Is this the end of a sentence? Decided from the text before a mark and as little as possible after it."""

from __future__ import annotations

import re
from enum import Enum, auto

from runtime.conversation.abbreviations import MAY_END, NEVER_END, ORDINAL_CUES

SPACED_MARKS = ".!?…"
"""Sentence ends of scripts that put a space after them."""

UNSPACED_MARKS = "。！？．｡؟۔।॥።፧፨။၏។៕։"
"""Sentence ends that need no space: CJK, Arabic, Devanagari, Ethiopic, Burmese, Khmer, Armenian."""

CLOSERS = "\"'”’»)]}」』）】》〉›"
CLAUSE_MARKS = ",;:—–"
UNSPACED_CLAUSE_MARKS = "，、；：،؛፣፤"
_OPENERS = "\"'“‘«([{「『（【《〈‹¿¡"

MAX_RUN = 64
"""No run of marks or spaces is looked at further than this: what is longer is decoration, not language."""

_PLAIN_WORD = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*\Z")
_DOTTED_WORD = re.compile(r"[^\W\d_](?:\.[^\W\d_]{1,2})+\Z")
_LAST_WORD = re.compile(r"\S{1,40}\Z")
_SMALL_NUMBER = re.compile(r"\d{1,2}\Z")


class Verdict(Enum):
    """What the text so far proves about a mark."""

    END = auto()
    NO_END = auto()
    UNDECIDED = auto()


class Stop(Enum):
    """What kind of word carries a full stop."""

    PLAIN = auto()  # a sentence ends here
    SOFT = auto()  # it does if a new one visibly begins
    PART = auto()  # the stop belongs to the word


def stop_of(text: str, index: int) -> Stop:
    """The kind of the word before the full stop at `index`."""
    found = _LAST_WORD.search(text, max(0, index - 40), index)
    word = found.group().lstrip(_OPENERS + "-–—/*") if found else ""
    lowered = word.lower()
    if lowered in NEVER_END:
        return Stop.PART
    if lowered in MAY_END or _DOTTED_WORD.match(word):
        return Stop.SOFT
    if _PLAIN_WORD.match(word) or not word.isascii():
        return Stop.PLAIN
    if len(word) == 1 and word.isalpha():
        return Stop.PART
    if _SMALL_NUMBER.match(word) and _is_ordinal(text, index - len(word)):
        return Stop.PART
    return Stop.SOFT


def _is_ordinal(text: str, start: int) -> bool:
    """A small number with a stop is no end after a German cue, nor where a line begins: then it counts a list."""
    line = text[:start].rpartition("\n")[2].split()
    return not line or line[-1].lower() in ORDINAL_CUES


def run_end(text: str, index: int, *, quote_open: bool) -> int:
    """The end of the run of marks and closing quotes and brackets that begins with the mark at `index`."""
    end, limit = index + 1, min(len(text), index + MAX_RUN)
    while end < limit:
        character = text[end]
        if character == '"':
            if not quote_open:
                break
            quote_open = False
        elif character not in SPACED_MARKS and character not in UNSPACED_MARKS and character not in CLOSERS:
            break
        end += 1
    return end


def judge(text: str, index: int, end: int, *, at_end: bool) -> Verdict:
    """Does a sentence end with the run `text[index:end]`? `at_end` says that nothing follows the text."""
    if end >= len(text) and not (at_end or end - index >= MAX_RUN):
        return Verdict.UNDECIDED
    if end >= len(text):
        return Verdict.END
    run = text[index:end]
    following = text[end]
    if any(mark in UNSPACED_MARKS for mark in run):
        return Verdict.END
    if not following.isspace():
        return Verdict.END if _is_wide_letter(following) else Verdict.NO_END
    return _judge_before_space(text, index, end, at_end=at_end)


def _judge_before_space(text: str, index: int, end: int, *, at_end: bool) -> Verdict:
    run = text[index:end]
    marks = run.rstrip(CLOSERS)
    quoted = len(marks) < len(run) and run[-1] not in ")]}"
    if marks == ".":
        kind = stop_of(text, index)
        if kind is Stop.PART:
            return Verdict.NO_END
        if kind is Stop.PLAIN and not quoted:
            return Verdict.END
    elif not quoted and not set(marks) <= {".", "…"}:
        return Verdict.END
    return _judge_by_what_follows(text, end, at_end=at_end)


def _judge_by_what_follows(text: str, end: int, *, at_end: bool) -> Verdict:
    """A new sentence begins with a capital, an opening quote, or a letter that knows no case."""
    position, limit = end, min(len(text), end + MAX_RUN)
    while position < limit and text[position].isspace():
        position += 1
    if position == len(text):
        return Verdict.END if at_end else Verdict.UNDECIDED
    following = text[position]
    begins = position == limit or following in _OPENERS or (following.isalpha() and not following.islower())
    return Verdict.END if begins or "\n" in text[end:position] else Verdict.NO_END


def looks_final(text: str, index: int) -> bool:
    """Is the run that begins at `index` and closes the text most likely the end of a sentence?"""
    marks = text[index:].rstrip(CLOSERS)
    if marks == ".":
        return stop_of(text, index) is Stop.PLAIN
    return not set(marks) <= {".", "…"}


def _is_wide_letter(character: str) -> bool:
    """Han, kana and Hangul syllables follow a mark without a space."""
    return "\u3040" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7a3"
