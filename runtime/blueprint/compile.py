"""AgentSpec to Blueprint, or to the problems that stand in the way: all of them at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from runtime.blueprint.examples import mistakes
from runtime.blueprint.model import Blueprint, RoleChoice
from runtime.blueprint.prompt import PromptError, Template, TemplateFolder
from runtime.blueprint.roles import Providers
from runtime.blueprint.toolbox import Toolbox, acts, finishes
from runtime.chat import ToolDeclaration
from runtime.conversation.plan import Plan, ToolPlan, VoicePlan
from runtime.conversation.text_filters import Pronunciation
from runtime.errors import SettingsError, ToolError
from runtime.providers.ports import SpeechToText, TextToSpeech
from runtime.settings import Secret
from runtime.sources import SourceRef
from runtime.spec.model import AgentSpec, TemplateSpec, ToolSpec
from runtime.spec.nearest import nearest
from runtime.spec.problem import Problem
from runtime.tools.builtin import END_CALL
from runtime.tools.declaration import DeclarationErrors
from runtime.tools.port import Tool

_Built = TypeVar("_Built")

_log = logging.getLogger("runtime.blueprint")


@dataclass(frozen=True, slots=True)
class Workshop:
    """What compiling needs of the process. `folder` is where specs find their templates."""

    folder: Path
    providers: Providers
    toolbox: Toolbox


def compile_agent(spec: AgentSpec, workshop: Workshop) -> tuple[Blueprint | None, tuple[Problem, ...]]:
    """Build the agent. The blueprint is None exactly when there is a problem; a defect of ours is one, too."""
    try:
        return _Compilation(spec, workshop).run()
    except Exception as error:  # noqa: BLE001 - the other agents of the folder are not to pay for it
        _log.exception("agent %s cannot be built", spec.name)
        message = f"this agent cannot be built, through a defect of Callboard ({type(error).__name__})"
        return None, (spec.document.problem((), "internal", message, "please report it, with what the log says"),)


class _Compilation:
    """One run over one spec, which goes on after a problem in order to find the others."""

    def __init__(self, spec: AgentSpec, workshop: Workshop) -> None:
        self._spec = spec
        self._workshop = workshop
        self._problems: list[Problem] = []
        self._templates = TemplateFolder(workshop.folder, (variable.name for variable in spec.variables))
        self._choices: dict[str, RoleChoice] = {}

    def run(self) -> tuple[Blueprint | None, tuple[Problem, ...]]:
        spec = self._spec
        instructions = self._template("instructions", spec.instructions)
        first_message = None if spec.first_message is None else self._template("first_message", spec.first_message)
        tools = [bound for tool in spec.tools if (bound := self._tool(tool)) is not None]
        declarations = tuple(tool.declaration for tool in tools)
        model = self._role("model", lambda: self._workshop.providers.model(spec.model))
        voice = self._voice()
        recognizer = self._recognizer(declarations)
        if self._problems or model is None or instructions is None:
            return None, tuple(self._problems)
        blueprint = Blueprint(
            name=spec.name,
            path=spec.path,
            description=spec.description,
            file=spec.document.file,
            digest=spec.digest,
            plan=self._plan(voice, tools),
            model=model,
            voice=voice,
            recognizer=recognizer,
            tools={tool.declaration.name: tool for tool in tools},
            declarations=declarations,
            instructions=instructions,
            first_message=first_message,
            variables=spec.variables,
            timezone=spec.timezone,
            max_audio_bytes=spec.max_audio_bytes,
            pronounce=Pronunciation(spec.voice.pronunciations if spec.voice else {}),
            choices=self._choices,
            sources=spec.sources,
            parts=self._parts(tools),
            spec=spec,
        )
        return blueprint, ()

    def _parts(self, tools: Iterable[Tool]) -> tuple[SourceRef, ...]:
        of_tools = (source for tool in tools for source in tool.sources)
        return tuple(dict.fromkeys((*self._templates.sources, *of_tools)))

    def _template(self, key: str, template: TemplateSpec) -> Template | None:
        mistakes = self._templates.mistakes(template.text)
        self._problems += [self._template_problem(key, template, mistake) for mistake in mistakes]
        return None if mistakes else self._templates.compile(template.text)

    def _template_problem(self, key: str, template: TemplateSpec, mistake: PromptError) -> Problem:
        """At its word inside the spec's own text; a mistake in a file of its own names that file and line."""
        document, file = self._spec.document, mistake.file or template.file
        similar = nearest(mistake.word, mistake.known) if mistake.known else None
        hint = (
            f"did you mean {similar!r}?" if similar else f"known: {', '.join(mistake.known)}" if mistake.known else ""
        )
        if file or not mistake.line:
            where = f"{file}:{mistake.line}: " if file and mistake.line else f"{file}: " if file else ""
            return document.problem((key,), "template", where + str(mistake), hint)
        problem = document.content_problem((key,), mistake.line - 1, "template", str(mistake), hint)
        column = problem.source_line.find(mistake.word) if mistake.word else -1
        return problem if column < 0 else replace(problem, column=column + 1, length=len(mistake.word))

    def _tool(self, tool: ToolSpec) -> Tool | None:
        try:
            bound = self._workshop.toolbox.bind(tool, self._spec)
        except DeclarationErrors as errors:
            for error in errors.found:
                self._note(("tools", tool.name, *error.path), "tool", str(error))
        except ToolError as error:
            kind = "python" if tool.python else "builtin"
            self._note(("tools", tool.name, kind), "tool", str(error))
        else:
            self._check_examples(tool, tuple(bound.declaration.parameters["properties"]))
            return bound
        return None

    def _check_examples(self, tool: ToolSpec, parameters: tuple[str, ...]) -> None:
        for index, example in enumerate(tool.examples):
            path = ("tools", tool.name, "examples", index)
            found = list(mistakes(example, parameters))
            if found and isinstance(example, Secret):  # its words are not to be repeated
                hint = "see that its brackets match, and that its slots are parameters of the tool"
                self._note(path, "tool", "what this reference stands for is no example", hint)
                continue
            for each in found:
                where = (each.written or example, each.nth)
                problem = self._spec.document.text_problem(path, where, "tool", each.message, each.hint)
                self._problems.append(problem)

    def _voice(self) -> TextToSpeech | None:
        settings = self._spec.voice
        if settings is None:
            return None
        language = self._spec.transcription.language if self._spec.transcription else ""
        return self._role("voice", lambda: self._workshop.providers.voice(settings, language))

    def _recognizer(self, tools: tuple[ToolDeclaration, ...]) -> SpeechToText | None:
        settings = self._spec.transcription
        if settings is None:
            return None
        return self._role("transcription", lambda: self._workshop.providers.recognizer(settings, tools))

    def _role(self, role: str, build: Callable[[], tuple[_Built, RoleChoice]]) -> _Built | None:
        try:
            adapter, self._choices[role] = build()
        except SettingsError as error:
            # A key that the spec does not hold has no place of its own: its role has.
            written = self._spec.document.data.get(role)
            own = (role, error.key) if isinstance(written, dict) and error.key in written else (role,)
            self._note(own, "provider", str(error), error.hint)
            return None
        return adapter

    def _plan(self, voice: TextToSpeech | None, tools: Iterable[Tool]) -> Plan:
        spec = self._spec
        spoken = None
        if voice is not None and spec.voice is not None:
            spoken = VoicePlan(voice.format, voice.sample_rate, spec.voice.text_filters)
        embedded = self._choices["model"].provider == "local" if "model" in self._choices else False
        return Plan(
            chunking=spec.chunking,
            history=spec.history,
            voice=spoken,
            max_steps=spec.max_steps,
            max_parallel_tools=spec.max_parallel_tools,
            max_tool_calls=spec.max_tool_calls,
            tools={tool.declaration.name: self._tool_plan(tool, embedded=embedded) for tool in tools},
        )

    def _tool_plan(self, tool: Tool, *, embedded: bool) -> ToolPlan:
        spec = next(each for each in self._spec.tools if each.name == tool.declaration.name)
        return ToolPlan(
            objection=tool.objection,
            # The scripted model goes by words alone: what it may change is asked about first, unless the spec says no.
            ask_first=(embedded and acts(spec)) if spec.confirm is None else spec.confirm,
            finishes=finishes(spec),
            ends_session=spec.builtin == END_CALL,
            phrases=spec.say,
        )

    def _note(self, path: tuple[str | int, ...], code: str, message: str, hint: str = "") -> None:
        self._problems.append(self._spec.document.problem(path, code, message, hint))
