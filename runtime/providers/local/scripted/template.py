"""Example templates: "(book|reserve) a table for {guests} [people] at {time}".

`(a|b)` is a choice, `[a]` may be left out, `{slot}` is the value of a parameter. Text is compared by its folded
words, so case and punctuation do not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from runtime.providers.local.scripted.vocabulary import LEAD_INS, TAILS
from runtime.providers.local.scripted.words import Utterance, keys

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
    for mark in _TOKEN.findall(text):
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
            parts += (f" {re.escape(word)}" for word in keys(mark))
    if closing or len(set(slots)) < len(slots) or not literal:
        return None
    pattern = re.compile(f"(?: (?:{LEAD_INS}))*(?:{''.join(parts)})(?: (?:{TAILS}))*")
    return Template(pattern, tuple(slots), tuple(literal))
