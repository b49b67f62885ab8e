"""Which tool an utterance asks for: by its example templates, else by what they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.providers.local.scripted import values
from runtime.providers.local.scripted.aspects import aspects
from runtime.providers.local.scripted.repertoire import CHOICE, Repertoire, Tool
from runtime.providers.local.scripted.schema import Kind
from runtime.providers.local.scripted.sheet import Sheet
from runtime.providers.local.scripted.values import Found
from runtime.providers.local.scripted.vocabulary import ANTONYMS, content, implied, is_past, meanings
from runtime.providers.local.scripted.words import Utterance, alike, keys, stem

THRESHOLD = 0.75
"""Below this score no tool is meant."""

TEMPLATE = 10.0
"""The score of an utterance that fits a template as a whole."""

_SYNONYM, _SLIP = 0.8, 0.8
_FITTING = 0.2  # a number or a time where the tool needs one
_ASKED = 0.3  # the question is one that the tool can be asked
_BESIDE = 0.5  # it is another
_OVER = 0.4  # nothing is asked, and what is told lies behind
_CONTRADICTED = 0.3


@dataclass(frozen=True, slots=True)
class Route:
    """A tool that may be meant; `captured` are the word ranges of the slots that its template names."""

    tool: Tool
    score: float
    captured: Mapping[str, tuple[int, int]]

    @property
    def certain(self) -> bool:
        """Whether a template said so."""
        return self.score >= TEMPLATE


def routes(repertoire: Repertoire, said: Utterance) -> list[Route]:
    """Tools that may be meant, the likeliest first; empty where none is."""
    fitting = [route for tool in repertoire.tools if (route := _by_template(tool, said))]
    if fitting:
        # Of several templates that fit, the one with more words of its own is the more exact.
        return sorted(fitting, key=lambda route: -route.score)
    guessed = [Route(tool, _score(repertoire, tool, said), {}) for tool in repertoire.tools if not tool.exact]
    return sorted((r for r in guessed if r.score >= THRESHOLD), key=lambda route: -route.score)


def _by_template(tool: Tool, said: Utterance) -> Route | None:
    best: Route | None = None
    for template in tool.templates:
        captured = template.match(said)
        score = TEMPLATE + len(template.literal) / 100
        if captured is not None and (best is None or score > best.score):
            best = Route(tool, score, captured)
    return best


def _score(repertoire: Repertoire, tool: Tool, said: Utterance) -> float:
    """How much speaks for a tool: its words, what it could be called with, and what is asked for."""
    chosen = _chosen(tool, said)
    apart = {at for _, first, last in chosen for at in range(first, last)}
    others = content([key for at, key in enumerate(said.keys) if at not in apart])
    roots = _understood(repertoire, [*others, *implied(said.joined)])
    score = sum(sure * _worth(repertoire, tool, root) for root, sure in roots.items())
    places = sum(slot.kind is Kind.CHOICE for slot in tool.slots)
    score += sum(_worth_of_choice(repertoire, option) for option, _, _ in chosen[:places])
    score = _by_action(repertoire, tool, roots, score) + _stated(tool, Sheet(said))
    asked = aspects(said.joined)
    if not asked:
        return score * _OVER if is_past(said.joined) else score
    return score + _ASKED if asked & tool.aspects else score * _BESIDE if tool.aspects else score


def _chosen(tool: Tool, said: Utterance) -> list[Found]:
    """The choices that were said: each is one thing, of however many words and for however many arguments."""
    slots = [slot for slot in tool.slots if slot.kind is Kind.CHOICE]
    return list({each[1:]: each for slot in slots for each in values.choices(slot, Sheet(said))}.values())


def _stated(tool: Tool, sheet: Sheet) -> float:
    """What numbers and times that the tool needs say for it."""
    numbers = [values.number(slot, sheet) for slot in tool.required if slot.kind is Kind.NUMBER]
    moments = [values.moment(slot, sheet, shared=False) for slot in tool.required if slot.kind is Kind.MOMENT]
    return _FITTING * sum(each is not None for each in (*numbers, *moments))


def _understood(repertoire: Repertoire, roots: list[str]) -> dict[str, float]:
    """Stems of the utterance with slips of the recogniser put right, and how sure each is."""
    known = repertoire.rarity
    result: dict[str, float] = {}
    for root in roots:
        if root in known or meanings(root) or root in ANTONYMS:
            result[root] = 1.0
        elif len(root) >= 4:
            near = next((other for other in known if len(other) >= 4 and alike(root, other)), None)
            if near:
                result.setdefault(near, _SLIP)
    return result


def _by_action(repertoire: Repertoire, tool: Tool, roots: Mapping[str, float], score: float) -> float:
    """The score, less where the opposite of what the tool does is wanted."""
    for action in tool.actions:
        opposite = ANTONYMS.get(action)
        if opposite in roots and action not in roots and opposite not in tool.weights:
            # "Unlock" is no word for a tool that locks, unless that is one of its arguments.
            switch = any(slot.kind is Kind.TRUTH for slot in tool.slots)
            score = score + _worth(repertoire, tool, action) if switch else score * _CONTRADICTED
    return score


def _worth(repertoire: Repertoire, tool: Tool, root: str) -> float:
    if root in tool.weights:
        return tool.weights[root] * repertoire.rarity[root]
    shared = meanings(root) & tool.meanings
    if not shared:
        return 0.0
    # A synonym that another tool says outright speaks for that tool.
    rivals = sum(1 for other in repertoire.tools if root in other.weights or shared & other.meanings)
    return _SYNONYM / max(rivals, 1)


def _worth_of_choice(repertoire: Repertoire, option: Any) -> float:
    root = stem(next(iter(keys(str(option))), ""))
    return CHOICE * repertoire.rarity.get(root, 1.0)
