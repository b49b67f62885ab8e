"""What the tools of a request can do, compiled: slots, templates, and how telling each word is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Any

from runtime.chat import ToolDeclaration
from runtime.providers.local.scripted.aspects import Aspect, aspects
from runtime.providers.local.scripted.schema import Slot, slots
from runtime.providers.local.scripted.template import Template, compile_template
from runtime.providers.local.scripted.vocabulary import GENERIC, STOP, meanings
from runtime.providers.local.scripted.words import keys, name_words, stem

# How much a word of a tool says for it, by where it stands.
_NAME, _EXAMPLE, _DESCRIPTION, _PARAMETER = 1.0, 0.8, 0.8, 0.5
CHOICE = 0.6
"""The same for one of the choices of an argument."""

_GENERIC = 0.25


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as the router sees it. `weights` maps stems to how much they say for it, at most 1.

    `actions` are the stems of its name, `aspects` what it can be asked about. An `exact` one is asked for in the words
    of its templates only.
    """

    name: str
    description: str
    slots: tuple[Slot, ...]
    templates: tuple[Template, ...]
    weights: Mapping[str, float]
    meanings: frozenset[int]
    actions: tuple[str, ...]
    aspects: frozenset[Aspect]
    exact: bool

    @property
    def required(self) -> tuple[Slot, ...]:
        """The slots that a call needs."""
        return tuple(slot for slot in self.slots if slot.required)


@dataclass(frozen=True, slots=True)
class Repertoire:
    """All tools of a request. `rarity` is 1 for a stem of one tool only, less for one that many share."""

    tools: tuple[Tool, ...]
    rarity: Mapping[str, float]


def repertoire(tools: Iterable[ToolDeclaration]) -> Repertoire:
    """Compile tools; the same declarations are compiled once."""
    return _compile(
        tuple((t.name, t.description, json.dumps(t.parameters, default=str), t.examples, t.exact) for t in tools)
    )


@lru_cache(maxsize=64)
def _compile(declared: tuple[tuple[str, str, str, tuple[str, ...], bool], ...]) -> Repertoire:
    tools = tuple(
        _tool(name, said, json.loads(schema), examples, exact=exact) for name, said, schema, examples, exact in declared
    )
    count = Counter(root for tool in tools for root in tool.weights)
    whole = log(1 + len(tools))
    return Repertoire(tools, {root: log(1 + len(tools) / n) / whole for root, n in count.items()})


def _tool(name: str, description: str, parameters: Mapping[str, Any], examples: Sequence[str], *, exact: bool) -> Tool:
    found = slots(parameters)
    templates = tuple(filter(None, map(compile_template, examples)))
    weights: dict[str, float] = {}
    _weigh(weights, name_words(name), _NAME)
    _weigh(weights, keys(description), _DESCRIPTION)
    for template in templates:
        _weigh(weights, template.literal, _EXAMPLE)
    for slot in found:
        _weigh(weights, name_words(slot.name), _PARAMETER)
        for choice in slot.choices:
            _weigh(weights, keys(str(choice)), CHOICE)
    telling = [root for root, weight in weights.items() if weight >= _DESCRIPTION]
    meant = frozenset[int]().union(*map(meanings, telling))
    asked = [" ".join(words) for words in (keys(description), *(template.literal for template in templates))]
    return Tool(
        name=name,
        description=description,
        slots=found,
        templates=templates,
        weights=weights,
        meanings=meant,
        actions=tuple(map(stem, name_words(name))),
        aspects=frozenset[Aspect]().union(*map(aspects, asked)),
        exact=exact,
    )


def _weigh(weights: dict[str, float], said: Iterable[str], weight: float) -> None:
    for key in said:
        root = stem(key)
        if key not in STOP:
            weights[root] = max(weights.get(root, 0), _GENERIC if root in GENERIC else weight)
