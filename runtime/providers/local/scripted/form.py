"""A call that still lacks arguments: asks for them one at a time and finds its own questions in the history."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from runtime.chat import AssistantMessage, Message, UserMessage
from runtime.providers.local.scripted.fill import FREE, Known, answered, fill, missing
from runtime.providers.local.scripted.intents import Intent, intent
from runtime.providers.local.scripted.repertoire import Repertoire, Tool
from runtime.providers.local.scripted.route import Route, routes
from runtime.providers.local.scripted.schema import Kind, Slot
from runtime.providers.local.scripted.speech import Speech, capitalised, listed
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
    """A tool and the arguments found so far."""

    tool: Tool
    found: Mapping[str, Any]

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
    return Form(route.tool, fill(route.tool, said, route.captured))


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
        form = advanced(repertoire, form, utterance(said))
        if form is None or form.asks is None or not _is_question(reply, question(form.asks, speech)):
            form = None
    return form


def advanced(repertoire: Repertoire, form: Form | None, said: Utterance) -> Form | None:
    """The form after the user's next words; None where they end it or ask for nothing."""
    meant = intent(said, strict=True)
    if meant is Intent.CANCEL:
        return None
    if form is None:
        likely = routes(repertoire, said)
        return opened(likely[0], said) if likely else None
    slot = form.asks
    if slot is None:
        return None
    if meant not in {None, Intent.YES, Intent.NO}:
        return form
    other = _other_topic(repertoire, form, slot, said)
    return opened(other, said) if other else _continued(form, slot, said)


def _continued(form: Form, slot: Slot, said: Utterance) -> Form:
    value = answered(form.tool, slot, said)
    if value is None:
        return form
    # "At eight, for four people" answers more than was asked.
    found = {**form.found, slot.name: value[0]}
    return replace(form, found={**fill(form.tool, said, {}, Known(found, value[1], value[2])), **found})


def _other_topic(repertoire: Repertoire, form: Form, slot: Slot, said: Utterance) -> Route | None:
    likely = routes(repertoire, said)
    if not likely or likely[0].tool is form.tool:
        return None
    if likely[0].certain or likely[0].score >= CLEAR:
        return likely[0]
    typed = slot.kind in {Kind.CHOICE, Kind.NUMBER, Kind.TRUTH, Kind.EMAIL, Kind.MOMENT}
    return likely[0] if typed and answered(form.tool, slot, said) is None else None


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
    if reply.text.endswith(asked):
        return True
    heard = reply.text.strip()
    return reply.interrupted and len(heard) >= 4 and asked.startswith(heard)
