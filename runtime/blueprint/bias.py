"""What callers are likely to say, as a prompt that draws a recogniser towards it.

Recognisers continue the style and the vocabulary of their prompt, and read little of it: Whisper the last 224 tokens
(https://platform.openai.com/docs/guides/speech-to-text#prompting). So the author's own words come last, and what is
made of the tools' examples is short.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from runtime.chat import ToolDeclaration
from runtime.providers.local.scripted.schema import Kind, Slot, slots

MAX_CHARS = 600
"""Some 150 tokens of ours, which leaves room for the author's."""

_ANY_NUMBER = ["2"]  # it is the sentence that counts, in whatever language
_OPTIONAL = re.compile(r"\[[^\[\]]*\]")
_CHOICE = re.compile(r"\(([^()|]*)(?:\|[^()]*)?\)")
_SLOT = re.compile(r"\{\s*([^{}]+?)\s*\}")


def recognizer_prompt(tools: Iterable[ToolDeclaration], own: str) -> str:
    """The prompt for a persona's recogniser: sentences that fit its tools, the values they know, the author's text."""
    sentences: dict[str, None] = {}
    values: dict[str, None] = {}
    for tool in tools:
        known = {slot.name: _known(slot) for slot in slots(tool.parameters)}
        values |= dict.fromkeys(value for each in known.values() if each is not _ANY_NUMBER for value in each)
        for example in tool.examples:
            sentence = _sentence(example, known)
            if sentence:
                sentences[sentence] = None
    # Values first: a cut costs the sentences, which the recogniser could guess.
    words = " ".join([f"{', '.join(values)}." if values else "", *(f"{each}." for each in sentences)])
    return f"{_cut(words.strip())} {own}".strip()


def _known(slot: Slot) -> list[str]:
    texts = [choice.replace("_", " ") for choice in slot.choices if isinstance(choice, str)] + list(slot.examples)
    return texts or (_ANY_NUMBER if slot.kind is Kind.NUMBER else [])


def _sentence(template: str, known: Mapping[str, list[str]]) -> str:
    """One sentence of a template: its first choices, what may be left out left out, and a known value in each slot.

    Empty where no value is known: half a sentence would draw the recogniser towards half a sentence.
    """
    text = template
    while (reduced := _CHOICE.sub(r"\1", _OPTIONAL.sub("", text))) != text:
        text = reduced
    if not all(known.get(name) for name in _SLOT.findall(text)):
        return ""
    sentence = " ".join(_SLOT.sub(lambda slot: known[slot[1]][0], text).split())
    return sentence[:1].upper() + sentence[1:]


def _cut(text: str) -> str:
    return text if len(text) <= MAX_CHARS else text[:MAX_CHARS].rpartition(" ")[0]
