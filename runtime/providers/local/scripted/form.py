"""A call that still lacks arguments: asks for them one at a time and finds its own questions in the history."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from runtime.chat import AssistantMessage, Message, UserMessage
from runtime.providers.local.scripted.fill import FREE, Known, answered, fill, missing
from runtime.providers.local.scripted.intents import Intent, intent
from runtime.providers.local.scripted.refuse import named, out_of_range, unknown
from runtime.providers.local.scripted.repertoire import Repertoire, Tool
from runtime.providers.local.scripted.route import Route, routes
from runtime.providers.local.scripted.schema import Kind, Slot
from runtime.providers.local.scripted.speech import Speech, capitalised, listed
from runtime.providers.local.scripted.values import Found
from runtime.providers.local.scripted.words import Utterance, name_words, utterance

_LONGEST = 16  # questions of one form that are read back

_MOST_CHOICES = 6

CLEAR = 1.2
"""The score from which another tool's words in an answer are a change of topic."""

_ASIDE = re.compile(r"\s*(?:[,;(]|\be\.g\.|\bfor example\b|\bsuch as\b|\. ).*$", re.IGNORECASE | re.DOTALL)
_COUNT = re.compile(r"^(?:the )?(?:number|count|amount) of (?:the )?", re.IGNORECASE)
_QUESTION = re.compile(r"^(?:how|what|which|who|where|when|whether)\b", re.IGNORECASE)
_INFINITIVE = re.compile(r"^((?:what|when|where|who|which|how)(?: \w+)?) to (?!be\b)(.+)$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|an?) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Form:
    """A tool and the arguments found so far.

    `refused` is what was last said for the slot that is asked for and cannot be had; `tries` counts how often the
    question was asked again in vain. Neither tells one form from another.
    """

    tool: Tool
    found: Mapping[str, Any]
    refused: float | str | None = field(default=None, compare=False)
    tries: int = field(default=0, compare=False)

    @property
    def asks(self) -> Slot | None:
        """The slot that is asked for next; None when the call can be made."""
        return missing(self.tool, self.found)

    @property
    def firm(self) -> bool:
        """Whether an argument is more than free text, which nearly any words can be."""
        return any(slot.kind not in FREE for slot in self.tool.slots if slot.name in self.found)


def opened(route: Route, said: Utterance) -> Form:
    """The form of a tool, with the arguments that the request for it states."""
    form = Form(route.tool, fill(route.tool, said, route.captured))
    if form.asks is None:
        return form
    captured = route.captured.get(form.asks.name)
    number = out_of_range(form.asks, said)
    if captured is None or number is not None:
        return replace(form, refused=number)
    return refusing(form, said.part(*captured))


def refusing(form: Form, said: Utterance) -> Form:
    """The form with what the answer `said` gives for its open slot and cannot be had."""
    slot = form.asks
    if slot is None:
        return form
    number = out_of_range(slot, said)
    return replace(form, refused=unknown(slot, said) if number is None else number)


def reason(form: Form, speech: Speech) -> str:
    """Why the value for the open slot was refused, a sentence without its end; empty where none was."""
    slot = form.asks
    return "" if slot is None or form.refused is None else named(slot, form.tool.name, form.refused, speech)


def asking(form: Form, slot: Slot, speech: Speech) -> str:
    """The question for the open slot, after the reason why it is still open."""
    why, asked = reason(form, speech), question(slot, speech)
    if isinstance(form.refused, str):
        return f"{why}; {asked[:1].lower()}{asked[1:]}"
    return f"{why}. {asked}" if why else asked


def question(slot: Slot, speech: Speech) -> str:
    """What to ask the user for a slot."""
    label = slot.label.rstrip(".")
    if label.endswith("?"):
        return label
    label = _ASIDE.sub("", label) or " ".join(slot.name_stems)
    label = label if label[:2].isupper() else label[:1].lower() + label[1:]
    if slot.kind is Kind.CHOICE:
        named = [str(choice).replace("_", " ") for choice in slot.choices]
        if len(named) > _MOST_CHOICES + 1:
            named = [*named[:_MOST_CHOICES], speech.more.format(count=len(named) - _MOST_CHOICES)]
        choices = listed(named, speech.alternative)
        return capitalised(speech.ask_choice.format(label=" ".join(name_words(slot.name)), choices=choices))
    if slot.kind is Kind.TRUTH:
        return speech.ask_truth.format(label=_QUESTION.sub("", label).strip())
    if speech.code == "en" and _QUESTION.match(label):
        return _clause(label)
    counted = _COUNT.match(label)
    if slot.integer and counted:
        return speech.ask_count.format(label=label[counted.end() :])
    if slot.integer and len(label.split()) == 1 and label.endswith("s"):
        return speech.ask_count.format(label=label)
    return speech.ask.format(label=_ARTICLE.sub("", label) if speech.code == "en" else label)


def _clause(label: str) -> str:
    """A question from "where to deliver it", "how many guests" or "who gets the money"."""
    infinitive = _INFINITIVE.match(label)
    if infinitive:
        return f"{capitalised(infinitive[1])} should I {infinitive[2]}?"
    return f"{capitalised(label)}?" if label.startswith("how ") else f"Please tell me {label}."


def pending(repertoire: Repertoire, messages: Sequence[Message], speech: Speech) -> Form | None:
    """The form whose question the last message answers, rebuilt from the first words that asked for it."""
    form: Form | None = None
    for said, reply in _asked(repertoire, messages, speech):
        form = _following(repertoire, form, utterance(said))
        if form is None or form.asks is None or not _is_question(reply, question(form.asks, speech)):
            form = None
    return form


def _following(repertoire: Repertoire, form: Form | None, said: Utterance) -> Form | None:
    after = advanced(repertoire, form, said)
    if form is None or after != form or intent(said, strict=True) is Intent.REPEAT:
        return after
    # Asked twice in vain, it was let go; if it is asked all the same, that is a request of its own.
    return advanced(repertoire, None, said) if form.tries else replace(form, tries=1)


def advanced(repertoire: Repertoire, form: Form | None, said: Utterance) -> Form | None:
    """The form after the user's next words; None where they end it or ask for nothing."""
    meant = intent(said, strict=True)
    if meant is Intent.CANCEL:
        return None
    if form is None:
        best = routes(repertoire, said)[:1]
        return opened(best[0], said) if best else None
    slot = form.asks
    if slot is None:
        return None
    if meant is Intent.NO and answered(form.tool, slot, said) is None:
        return None
    if meant not in {None, Intent.YES, Intent.NO}:
        return form
    likely = next(iter(routes(repertoire, said)), None)
    if likely and likely.tool is form.tool and likely.certain:
        restated = opened(likely, said)
        return replace(restated, found={**form.found, **restated.found})
    value = answered(form.tool, slot, said)
    if likely and likely.tool is not form.tool and (likely.score >= CLEAR or value is None):
        return opened(likely, said)
    return form if value is None else _continued(form, slot, said, value)


def _continued(form: Form, slot: Slot, said: Utterance, value: Found) -> Form:
    # "At eight, for four people" answers more than was asked.
    found = {**form.found, slot.name: value[0]}
    return Form(form.tool, {**fill(form.tool, said, {}, Known(found, value[1], value[2])), **found})


def _asked(repertoire: Repertoire, messages: Sequence[Message], speech: Speech) -> list[tuple[str, AssistantMessage]]:
    """The unbroken run of utterances answered by questions of ours that leads up to the last message."""
    known = {question(slot, speech) for tool in repertoire.tools for slot in tool.required}
    run: list[tuple[str, AssistantMessage]] = []
    at = len(messages) - 2
    while at >= 1 and len(run) < _LONGEST:
        reply, said = messages[at], messages[at - 1]
        if not isinstance(reply, AssistantMessage) or not isinstance(said, UserMessage) or reply.tool_calls:
            break
        if not any(_is_question(reply, asked) for asked in known):
            break
        run.insert(0, (said.text, reply))
        at -= 2
    return run


def _is_question(reply: AssistantMessage, asked: str) -> bool:
    # After "I do not know X;" the question begins with a small letter.
    if reply.text.endswith((asked, asked[:1].lower() + asked[1:])):
        return True
    heard = reply.text.strip()
    return reply.interrupted and len(heard) >= 4 and asked.startswith(heard)
