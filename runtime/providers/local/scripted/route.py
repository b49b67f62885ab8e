"""Which tool an utterance asks for: by its example templates, else by the words they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runtime.providers.local.scripted.repertoire import Repertoire, Tool
from runtime.providers.local.scripted.schema import Kind
from runtime.providers.local.scripted.vocabulary import ANTONYMS, content, meanings
from runtime.providers.local.scripted.words import Utterance, alike

THRESHOLD = 0.75
"""Below this score no tool is meant."""

TEMPLATE = 10.0
"""The score of an utterance that fits a template as a whole."""

_SYNONYM, _SLIP = 0.8, 0.8
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
    roots = _understood(repertoire, content(said.keys))
    scored = [Route(tool, _score(repertoire, tool, roots), {}) for tool in repertoire.tools]
    return sorted((r for r in scored if r.score >= THRESHOLD), key=lambda route: -route.score)


def _by_template(tool: Tool, said: Utterance) -> Route | None:
    best: Route | None = None
    for template in tool.templates:
        captured = template.match(said)
        score = TEMPLATE + len(template.literal) / 100
        if captured is not None and (best is None or score > best.score):
            best = Route(tool, score, captured)
    return best


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


def _score(repertoire: Repertoire, tool: Tool, roots: Mapping[str, float]) -> float:
    score = sum(sure * _worth(repertoire, tool, root) for root, sure in roots.items())
    for action in tool.actions:
        if ANTONYMS.get(action) in roots and action not in roots:
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
