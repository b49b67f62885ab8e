"""Example templates: "(book|reserve) a table for {guests} [people] at {time}".

`(a|b)` is a choice, `[a]` may be left out, `{slot}` is the value of a parameter. Text is compared by its folded
words, so case and punctuation do not matter. Articles may stand for each other, and may be left out before a slot;
so may "is" and "are".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runtime.providers.local.scripted.vocabulary import LEAD_INS, TAILS
from runtime.providers.local.scripted.words import Utterance, keys

_ARTICLE = "(?:a|an|the|one)"
_ANY_OF = {
    **dict.fromkeys(("a", "an", "the"), _ARTICLE),
    **dict.fromkeys(("is", "are"), "(?:is|are)"),
    **dict.fromkeys(("do", "does"), "(?:do|does)"),
}
_TOKEN = re.compile(r"[()\[\]|]|\{\s*[^{}]+?\s*\}|[^()\[\]|{}]+")


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template. `literal` is the folded words that stand in it, whether or not they may be left out."""

    pattern: re.Pattern[str]
    slots: tuple[str, ...]
    literal: tuple[str, ...]

    def match(self, said: Utterance) -> dict[str, tuple[int, int]] | None:
        """Word ranges of the slots where the whole utterance fits, polite words apart."""
        # Each word of the pattern brings the space before it, hence the shift by one.
        found = self.pattern.fullmatch(f" {said.joined}")
        if not found:
            return None
        spans = {name: found.span(f"s{number}") for number, name in enumerate(self.slots)}
        return {name: said.range(start - 1, end - 1) for name, (start, end) in spans.items() if start >= 0}


def compile_template(text: str) -> Template | None:
    """Compile `text`; None where its brackets do not match, a slot is named twice or it has no word of its own."""
    parts: list[str] = []
    slots: list[str] = []
    literal: list[str] = []
    closing: list[str] = []
    marks: list[str] = _TOKEN.findall(text)
    for at, mark in enumerate(marks):
        if mark in "([":
            closing.append(")" if mark == "(" else "]")
            parts.append("(?:")
        elif mark in ")]":
            if not closing or closing.pop() != mark:
                return None
            parts.append(")" if mark == ")" else ")?")
        elif mark == "|":
            parts.append("|")
        elif mark[0] == "{":
            parts.append(f" (?P<s{len(slots)}>.+?)")
            slots.append(mark[1:-1].strip().removeprefix("..."))
        else:
            literal += keys(mark)
            parts += _worded(keys(mark), before_slot=_slot_follows(marks[at + 1 :]))
    if closing or len(set(slots)) < len(slots) or not literal:
        return None
    pattern = re.compile(f"(?: (?:{LEAD_INS}))*(?:{''.join(parts)})(?: (?:{TAILS}))*")
    return Template(pattern, tuple(slots), tuple(literal))


def _worded(words: Sequence[str], *, before_slot: bool) -> Iterator[str]:
    for number, word in enumerate(words, 1):
        pattern = f" {_ANY_OF.get(word, re.escape(word))}"
        optional = before_slot and number == len(words) and _ANY_OF.get(word) == _ARTICLE
        yield f"(?:{pattern})?" if optional else pattern


def _slot_follows(marks: Sequence[str]) -> bool:
    following = next((mark for mark in marks if mark not in {")", "]"} and mark.strip()), "")
    return following.startswith("{")
