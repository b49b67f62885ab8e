"""What to do next, from the conversation so far: the order in which the abilities are asked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runtime.chat import AssistantMessage, Message, ToolMessage, UserMessage
from runtime.providers.local.scripted import facts, offer
from runtime.providers.local.scripted.fill import changes, complete
from runtime.providers.local.scripted.form import Form, advanced, asking, opened, pending, question, reason, refusing
from runtime.providers.local.scripted.history import settled
from runtime.providers.local.scripted.intents import Intent, intent
from runtime.providers.local.scripted.parts import halves
from runtime.providers.local.scripted.repertoire import Repertoire, repertoire
from runtime.providers.local.scripted.route import Route, routes
from runtime.providers.local.scripted.schema import Slot
from runtime.providers.local.scripted.shapes import is_record
from runtime.providers.local.scripted.speech import Speech, listed, speech
from runtime.providers.local.scripted.verbalise import decoded
from runtime.providers.local.scripted.words import Utterance, utterance
from runtime.providers.ports import ModelRequest

_FOLLOW_UP = re.compile(r"^(?:(?:ok|okay|so|well) )?(?:(?:and )?(?:what|how) about|and) ")

# More than this of one utterance is not read: nobody says it in one breath, and patterns stay cheap.
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Say:
    """Words for the user."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A tool to call; `arguments` is JSON text."""

    name: str
    arguments: str


Decision = Say | tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a decision looks at. `tools` is empty where none may be called; `past` is all before what was `said`."""

    request: ModelRequest
    speech: Speech
    tools: Repertoire
    past: Sequence[Message]
    said: Utterance
    form: Form | None = None


def decide(request: ModelRequest) -> Decision:
    """The next words or calls; the same request always gives the same."""
    language = speech(request.instructions)
    last = request.messages[-1] if request.messages else None
    if isinstance(last, ToolMessage):
        return Say(offer.report(request.messages, language))
    if not isinstance(last, UserMessage):
        return Say(language.prompt)
    tools = repertoire(request.tools if request.may_call_tools else ())
    past, texts = settled(request.messages)
    # The newest words count; those it came on top of, unanswered, help where it cannot be understood alone.
    for text in (texts[-1], " ".join(texts)):
        form = pending(tools, [*past, UserMessage(text)], language)
        scene = Scene(request, language, tools, past, utterance(text[:_LONGEST]), form)
        for ability in _ABILITIES:
            decision = ability(scene)
            if decision is not None:
                return decision
    return Say(_honest(Scene(request, language, tools, past, utterance(""))))


def _offered(scene: Scene) -> Decision | None:
    """Yes or no to a call that waits for it."""
    calls = offer.awaiting(scene.past) if scene.request.may_call_tools else ()
    meant = intent(scene.said)
    if calls and meant is Intent.YES:
        return tuple(Call(call.name, call.arguments) for call in calls)
    return Say(scene.speech.dropped) if calls and meant in {Intent.NO, Intent.CANCEL} else None


def _answered(scene: Scene) -> Decision | None:
    """The answer to a question about an argument."""
    if scene.form is None or scene.form.asks is None:
        return None
    form = advanced(scene.tools, scene.form, scene.said)
    if form is None:
        return Say(scene.speech.dropped)
    if form != scene.form:
        return _proceed(scene, form)
    form = refusing(form, scene.said)
    if form.refused is not None:
        return Say(_refused(form, scene.speech))
    if form.tries and intent(scene.said, strict=True) is not Intent.REPEAT:
        # Asked twice in vain: the question lets go, and the words count for themselves.
        return None
    return _aside(scene, scene.form.asks)


def _aside(scene: Scene, slot: Slot) -> Say:
    """What can be said to words that are no answer, with the question about `slot` once more."""
    asked = question(slot, scene.speech)
    for aside in (_small_talk, _scripted, _informed):
        told = aside(scene)
        if isinstance(told, Say):
            return told if told.text.endswith(asked) else Say(f"{told.text} {asked}")
    if facts.is_surely_question(scene.said):
        return Say(f"{_honest(scene)} {asked}")
    return Say(scene.speech.again.format(question=asked))


def _refused(form: Form, language: Speech) -> str:
    """Why a value will not do, with the question once more, unless it has been asked in vain already."""
    if form.asks is None or form.tries:
        return f"{reason(form, language)}. {language.dropped}"
    return asking(form, form.asks, language)


def _small_talk(scene: Scene) -> Decision | None:
    """Greetings, thanks, who and what, and the like."""
    meant = intent(scene.said)
    lines = {
        Intent.GREETING: scene.speech.greeting,
        Intent.THANKS: scene.speech.welcome,
        Intent.ABILITIES: _abilities(scene, most=5),
        Intent.YES: scene.speech.prompt,
        Intent.NO: scene.speech.prompt,
        Intent.CANCEL: scene.speech.dropped,
        Intent.REPEAT: _last_words(scene) or scene.speech.nothing_said,
    }
    if meant is Intent.GOODBYE:
        # A persona that can hang up does: that is what takes no guess, in whatever words its spec has for it.
        leaving = next((tool for tool in scene.tools.tools if tool.exact), None)
        return (_call(Form(leaving, {})),) if leaving else Say(scene.speech.goodbye)
    if meant is Intent.WHO:
        who = facts.identity(scene.request.instructions, scene.speech)
        return Say(" ".join(filter(None, [who, scene.speech.myself])))
    return Say(lines[meant]) if meant in lines else None


def _scripted(scene: Scene) -> Decision | None:
    """A line that the author wrote for this question."""
    line = facts.scripted(scene.request.instructions, scene.said)
    return Say(line) if line else None


def _templated(scene: Scene) -> Decision | None:
    """A request that fits an example template."""
    likely = routes(scene.tools, scene.said)
    return _requested(scene) if likely and likely[0].certain else None


def _requested(scene: Scene) -> Decision | None:
    """One request for a tool, or two in one utterance."""
    both = _two(scene)
    if both:
        return both
    best = _best(scene.tools, scene.said)
    if best is None:
        return None
    route, form = best
    # Words at the place of a slot that are none of its values may be about something else.
    told = None if route.certain and form.refused is None else _told_instead(scene, form)
    return Say(told) if told else _proceed(scene, form)


def _told_instead(scene: Scene, form: Form) -> str | None:
    """What the instructions say outright is not asked of a tool; a command, though, is for the tool."""
    if not facts.is_question(scene.said) or (form.firm and form.asks is None):
        return None
    return facts.fact(scene.request.instructions, scene.said, least=facts.LEAST if form.asks else facts.SURE)


def _best(tools: Repertoire, said: Utterance) -> tuple[Route, Form] | None:
    likely = routes(tools, said)
    return (likely[0], opened(likely[0], said)) if likely else None


def _two(scene: Scene) -> Decision | None:
    """Two requests joined by "and", where either is clear and complete by itself."""
    for one, other in halves(scene.said):
        found = [_best(scene.tools, part) for part in (one, other)]
        forms = [best[1] for best in found if best and best[1].asks is None]
        if len(forms) == 2 and forms[0] != forms[1]:
            return tuple(_call(form) for form in forms)
    return None


def _followed(scene: Scene) -> Decision | None:
    """ "And in Berlin?": the last call once more, with what is now different."""
    return _varied(scene, bare=False)


def _guessed(scene: Scene) -> Decision | None:
    """ "How about Tokyo?", where any word may be the name of a place or a person."""
    return _varied(scene, bare=True)


def _varied(scene: Scene, *, bare: bool) -> Decision | None:
    lead = _FOLLOW_UP.match(scene.said.joined)
    calls = (call for m in reversed(scene.past) if isinstance(m, AssistantMessage) for call in reversed(m.tool_calls))
    last = next(calls, None)
    tool = next((tool for tool in scene.tools.tools if last and tool.name == last.name), None)
    if not lead or last is None or tool is None:
        return None
    before = decoded(last.arguments)
    changed = changes(tool, scene.said.part(len(lead.group().split()), len(scene.said.words)), bare=bare)
    return (_call(Form(tool, {**before, **changed})),) if changed and is_record(before) else None


def _informed(scene: Scene) -> Decision | None:
    """A fact from the instructions."""
    told = facts.fact(scene.request.instructions, scene.said)
    return Say(told) if told else None


_ABILITIES: tuple[Callable[[Scene], Decision | None], ...] = (
    _offered,
    _answered,
    _templated,
    _small_talk,
    _scripted,
    _requested,
    _followed,
    _informed,
    _guessed,
)


def _proceed(scene: Scene, form: Form) -> Decision:
    return Say(asking(form, form.asks, scene.speech)) if form.asks else (_call(form),)


def _call(form: Form) -> Call:
    arguments: Mapping[str, Any] = complete(form.tool, form.found)
    return Call(form.tool.name, json.dumps(arguments, ensure_ascii=False))


def _abilities(scene: Scene, most: int) -> str:
    named = [_ability(tool.name, tool.description) for tool in scene.request.tools]
    if not named:
        return scene.speech.no_abilities
    if len(named) > most + 1:
        named = [*named[:most], scene.speech.more.format(count=len(named) - most)]
    mark = ";" if any("," in name for name in named) else ","
    return scene.speech.abilities.format(list=listed(named, scene.speech.conjunction, mark))


def _ability(name: str, description: str) -> str:
    text = " ".join(description.split()).split(". ")[0].rstrip(".") or name.replace("_", " ")
    return text[:1].lower() + text[1:] if not text[:2].isupper() else text


def _honest(scene: Scene) -> str:
    """What speaks here, in full the first time and briefly after that."""
    known = scene.speech.honest.partition(":")[0]
    told = any(isinstance(m, AssistantMessage) and known in m.text for m in scene.past)
    line = scene.speech.lost if told else scene.speech.honest
    return line.format(abilities=_abilities(scene, most=2))


def _last_words(scene: Scene) -> str:
    spoken = (m.text for m in reversed(scene.past) if isinstance(m, AssistantMessage) and m.text)
    return next(spoken, "")
