"""What a persona expects to hear, as a grammar for the embedded recogniser.

Templates are sentences such as "(book|reserve) a table for {guests} [people]": `(a|b)` is a choice, `[a]` may be
left out, `{slot}` is one of the slot's known values. They become JSGF (JSpeech Grammar Format, W3C Note of
5 June 2000), whose words must all be in the recogniser's dictionary: whatever has a word that is not there is left
out, and as little as possible with it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from runtime.providers.local.scripted.numerals import spoken

_MARK = re.compile(r"[()\[\]|]|\{[^{}]*\}|[^()\[\]|{}\s]+|[{}]")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+|[^\W\d_a-z]+")
_JSGF_WORD = re.compile(r"<\w+>|[a-z']+")
_LARGEST_NUMBER = 99
_MOST_VALUES = 500
_MOST_WORDS = 10_000  # decoding one second then takes some 0.2 s


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """Templates of sentences, and the values that are known for their slots."""

    templates: tuple[str, ...]
    slots: Mapping[str, tuple[str, ...]]

    def dumps(self) -> bytes:
        """As JSON; equal books give equal bytes."""
        return json.dumps([self.templates, dict(self.slots)], sort_keys=True).encode()

    @classmethod
    def loads(cls, data: bytes) -> PhraseBook:
        """The book that `dumps` wrote."""
        templates, slots = json.loads(data)
        return cls(tuple(templates), {name: tuple(values) for name, values in slots.items()})


def compile_grammar(book: PhraseBook, knows: Callable[[str], bool]) -> str:
    """JSGF for `book` in the words that the dictionary `knows`; empty where no sentence is left.

    A choice loses the alternatives, and a slot the values, that have an unknown word; a part that may be left out is
    left out; a template that cannot be said without an unknown word, or whose brackets do not match, is dropped.
    So are the last values of a slot that has more than 500, and the templates that would make the grammar so large
    that decoding became slower than speaking.
    """
    rules = {name: _values(values, knows) for name, values in book.slots.items()}
    named = {name: f"<slot{number}>" for number, (name, found) in enumerate(rules.items()) if found}
    found = (_Template(text, named, knows).compile() for text in book.templates)
    sizes = {rule: sum(len(value.split()) for value in rules[name]) for name, rule in named.items()}
    sentences = _affordable([sentence for sentence in dict.fromkeys(found) if sentence], sizes)
    if not sentences:
        return ""
    lines = ["#JSGF V1.0;", "grammar expected;", f"public <sentence> = {' | '.join(sentences)};"]
    lines += [f"{rule} = {' | '.join(rules[name])};" for name, rule in named.items()]
    return "\n".join(lines) + "\n"


def words(text: str) -> list[str]:
    """The words of `text` as a dictionary has them: small letters without accents, numbers to 99 spelled out."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    return [part for word in _WORD.findall(plain) for part in _spelled(word)]


def _spelled(word: str) -> list[str]:
    return spoken(int(word)).split() if word.isdecimal() and int(word) <= _LARGEST_NUMBER else [word]


def _values(values: tuple[str, ...], knows: Callable[[str], bool]) -> list[str]:
    split = (words(value) for value in values)
    known = dict.fromkeys(" ".join(value) for value in split if value and all(map(knows, value)))
    return list(known)[:_MOST_VALUES]


def _affordable(sentences: list[str], sizes: Mapping[str, int]) -> list[str]:
    """Those sentences that have `_MOST_WORDS` together. A slot counts in full wherever it is used."""
    kept: list[str] = []
    room = _MOST_WORDS
    for sentence in sentences:
        size = sum(sizes.get(part, 1) for part in _JSGF_WORD.findall(sentence))
        if size <= room:
            kept.append(sentence)
            room -= size
    return kept


class _MalformedError(Exception):
    """The brackets of a template do not match."""


@dataclass(slots=True)
class _Template:
    """One template, read from left to right. None stands for what cannot be said, "" for what need not be."""

    text: str
    slots: Mapping[str, str]
    knows: Callable[[str], bool]
    _marks: list[str] = field(init=False)

    def compile(self) -> str | None:
        self._marks = _MARK.findall(self.text)[::-1]
        try:
            return self._choice("")
        except (_MalformedError, RecursionError):
            return None

    def _choice(self, closing: str) -> str | None:
        sequences = [self._sequence()]
        while self._next() == "|":
            self._marks.pop()
            sequences.append(self._sequence())
        if self._next() != closing:
            raise _MalformedError
        if closing:
            self._marks.pop()
        said = [sequence for sequence in sequences if sequence is not None]
        spoken_ones = list(dict.fromkeys(filter(None, said)))
        joined = spoken_ones[0] if len(spoken_ones) == 1 else f"({' | '.join(spoken_ones)})" if spoken_ones else ""
        if len(spoken_ones) < len(said) and "" in said and joined:
            return f"[{joined}]"
        return joined if said else None

    def _sequence(self) -> str | None:
        parts: list[str | None] = []
        while self._next() not in {"", "|", ")", "]"}:
            parts.append(self._part(self._marks.pop()))
        known = [part for part in parts if part is not None]
        return " ".join(filter(None, known)) if len(known) == len(parts) else None

    def _part(self, mark: str) -> str | None:
        if mark == "(":
            return self._choice(")")
        if mark == "[":
            inner = self._choice("]")
            return f"[{inner}]" if inner else ""
        if mark in {"{", "}"}:
            raise _MalformedError
        if mark.startswith("{"):
            return self.slots.get(mark[1:-1].strip().removeprefix("..."))
        split = words(mark)
        return " ".join(split) if all(map(self.knows, split)) else None

    def _next(self) -> str:
        return self._marks[-1] if self._marks else ""
