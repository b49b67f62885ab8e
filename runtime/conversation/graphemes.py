"""Where text may be cut without breaking a character that a reader sees as one.

A cautious subset of the extended grapheme clusters of UAX #29: it may refuse a boundary that the standard allows, and
never the other way round for marks, joiners, emoji sequences, flags, Hangul and the vowel signs of Indic scripts.
"""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"
_EXTENDING = frozenset({"Mn", "Me", "Mc", "Cf", "Sk"})


def is_boundary(text: str, index: int) -> bool:
    """May the text be cut before `text[index]`?"""
    if index <= 0 or index >= len(text):
        return True
    before, after = text[index - 1], text[index]
    if after.isascii() and before.isascii():
        return not (before == "\r" and after == "\n")
    if before == _JOINER or unicodedata.category(after) in _EXTENDING:
        return False
    if _is_jamo(before) and _is_jamo(after):
        return False
    if _is_flag_letter(after):
        return _flag_letters_before(text, index) % 2 == 0
    return not _in_prepended_position(before)


def last_boundary(text: str, limit: int) -> int:
    """The last boundary at or before `limit`, or `limit` itself where one cluster is longer than that."""
    index = limit
    while index > 0 and not is_boundary(text, index):
        index -= 1
    return index or limit


def _is_jamo(character: str) -> bool:
    return "\u1100" <= character <= "\u11ff" or "\ua960" <= character <= "\ua97f" or "\ud7b0" <= character <= "\ud7ff"


def _is_flag_letter(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flag_letters_before(text: str, index: int) -> int:
    start = index
    while start > 0 and _is_flag_letter(text[start - 1]):
        start -= 1
    return index - start


def _in_prepended_position(character: str) -> bool:
    """Thai and Lao write these vowels before the consonant they belong to."""
    return "\u0e40" <= character <= "\u0e44" or "\u0ec0" <= character <= "\u0ec4"
