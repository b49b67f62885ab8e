"""Values that were said and cannot be had: out of the range of a parameter, or not among its choices."""

from __future__ import annotations

from runtime.providers.local.scripted import phrases
from runtime.providers.local.scripted.facts import is_surely_question
from runtime.providers.local.scripted.intents import intent
from runtime.providers.local.scripted.moments import moments
from runtime.providers.local.scripted.numerals import numerals
from runtime.providers.local.scripted.schema import Kind, Slot
from runtime.providers.local.scripted.sheet import Sheet
from runtime.providers.local.scripted.speech import Speech
from runtime.providers.local.scripted.values import choices, fitting
from runtime.providers.local.scripted.vocabulary import VERBS, content
from runtime.providers.local.scripted.words import Utterance, name_words

_VERB = "take"  # only the English lines have a place for it: names of tools are English, and uninflected
_LONGEST = 4  # words of a name that no choice has
_HESITATIONS = frozenset("hm hmm mm dunno idea matter care sorry repeat whatever".split())


def out_of_range(slot: Slot, said: Utterance) -> float | None:
    """The first number that `slot` is too narrow for; None where there is none, or one that fits."""
    if slot.kind is not Kind.NUMBER:
        return None
    apart = {at for moment in moments(said) for at in range(moment.first, moment.last)}
    free = [n.value for n in numerals(said.keys) if apart.isdisjoint(range(n.first, n.last))]
    beyond = [value for value in free if _limit(slot, value) is not None]
    return beyond[0] if beyond and len(beyond) == len(free) else None


def unknown(slot: Slot, said: Utterance) -> str | None:
    """The name that is none of the choices of `slot`, where `said` is no more than a name."""
    if slot.kind is not Kind.CHOICE or choices(slot, Sheet(said)) or is_surely_question(said) or intent(said):
        return None
    roots = content(said.keys)
    if not roots or len(said.words) > _LONGEST or not _HESITATIONS.isdisjoint(said.keys):
        return None
    return phrases.answer(slot, Sheet(said))


def named(slot: Slot, tool_name: str, value: float | str, speech: Speech) -> str:
    """A sentence, without its end, that says why `value` will not do."""
    if isinstance(value, str):
        return speech.unknown.format(value=value)
    verb = next((word for word in name_words(tool_name)[:1] if word in VERBS), _VERB)
    limit = _limit(slot, value)
    line = speech.too_little if limit is not None and value < limit else speech.too_much
    return line.format(value=_written(slot, value, speech), limit=_written(slot, limit or 0, speech), verb=verb)


def _limit(slot: Slot, value: float) -> float | None:
    """The bound of `slot` that `value` is beyond."""
    if slot.low is not None and value < slot.low:
        return slot.low
    return slot.high if slot.high is not None and value > slot.high else None


def _written(slot: Slot, value: float, speech: Speech) -> str:
    return str(fitting(slot, round(value, 2))).replace(".", speech.decimal)
