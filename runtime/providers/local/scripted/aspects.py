"""What a question is after, by the words it asks with: "how much is a beer in the bar" is about no hours."""

from __future__ import annotations

import re
from enum import Enum, auto


class Aspect(Enum):
    """What is asked for."""

    TIME = auto()  # a time of day and a length of time alike: people ask for either with the words for the other
    PRICE = auto()
    COUNT = auto()
    PLACE = auto()
    PERSON = auto()
    KIND = auto()
    REASON = auto()
    MANNER = auto()


# Folded words in five languages. "How much" may be about either of two.
_WORDS: dict[Aspect, str] = {
    Aspect.TIME: (
        "when|what time|how (?:long|late|early|soon)|how (?:many|much) (?:minutes|hours|days|time)|what hours?|"
        "too (?:late|early)|(?:latest|earliest|still open|open yet|closing|opening|hurry)|in time|minutes for|"
        "quando|(?:a|ate) que horas|que horas|quanto tempo|quant[oa]s (?:minutos|horas)|"
        "falta (?:muito|quanto)|quanto falta|daqui a quanto|demora|"
        "wann|wie (?:lange|spat)|um wie viel uhr|"
        "quand|quelle heure|combien de (?:temps|minutes)|"
        "cuando|que hora|cuanto tiempo|cuant[oa]s (?:minutos|horas)"
    ),
    Aspect.PRICE: (
        "how much (?:is|are|does|do|for)|what (?:is|are) the (?:price|cost|fare|fee)|costs?|how expensive|"
        "quanto (?:custa|custam|e)|(?:was|viel) kostet|combien coute|cuanto (?:cuesta|vale)"
    ),
    Aspect.COUNT: "how (?:many|much)|quant[oa]s|wie ?viele?|combien de|cuant[oa]s",
    Aspect.PLACE: "where|onde|wo|ou (?:est|sont)|donde",
    Aspect.PERSON: "who|whose|quem|wer|qui est|quien",
    Aspect.KIND: "(?:what|which) (?:kinds?|sorts?|types?) of|que tipo|welche art|quel genre|que clase",
    Aspect.REASON: "why|porque|warum|wieso|pourquoi",
    Aspect.MANNER: "how (?:do|can|should|would|could) (?:i|we|you)|como (?:se|posso)|wie kann",
}
_PATTERNS = {aspect: re.compile(rf"\b(?:{words})\b") for aspect, words in _WORDS.items()}


def aspects(joined: str) -> frozenset[Aspect]:
    """What folded words, with a space between them, ask for; empty where they ask for nothing in particular."""
    found: set[Aspect] = set()
    rest = joined
    for aspect, pattern in _PATTERNS.items():
        if pattern.search(rest):
            found.add(aspect)
            if aspect is Aspect.TIME:  # "how many minutes" is no count
                rest = pattern.sub("", rest)
    return frozenset(found)
