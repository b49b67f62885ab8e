"""What a session is born with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from runtime.blueprint.prompt import Template, builtin_values
from runtime.chat import ToolDeclaration
from runtime.conversation.plan import Plan
from runtime.providers.ports import LanguageModel, SpeechToText, TextToSpeech
from runtime.sources import SourceRef
from runtime.spec.model import AgentSpec, VariableSpec
from runtime.tools.port import Tool


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """Which provider plays a role, and why: a start-up line. `label` is its name as `/agents` shows it."""

    provider: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What one session begins with: who it is, the variables it brought, and the templates filled in."""

    instructions: str
    greeting: str = ""
    session_id: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Blueprint:
    """A compiled agent, shared by its sessions and pinned by each until it ends.

    `choices` are keyed by role: model, transcription, voice. `digest` names the contents of the spec's own files,
    which are `sources`; `parts` are the other files it was built from: included templates and tool modules. `spec` is
    kept to tell what an edit changes.
    """

    name: str
    path: str
    description: str
    file: str
    digest: str
    plan: Plan
    model: LanguageModel
    voice: TextToSpeech | None
    recognizer: SpeechToText | None
    tools: Mapping[str, Tool]
    declarations: tuple[ToolDeclaration, ...]
    instructions: Template
    first_message: Template | None
    variables: tuple[VariableSpec, ...]
    timezone: str
    max_audio_bytes: int
    pronounce: Callable[[str], str]
    choices: Mapping[str, RoleChoice]
    sources: tuple[SourceRef, ...] = ()
    parts: tuple[SourceRef, ...] = ()
    spec: AgentSpec | None = field(default=None, repr=False)

    def words(self, session_id: str, now: datetime) -> dict[str, str]:
        """What every template sees besides the variables."""
        return builtin_values(
            zone=ZoneInfo(self.timezone), zone_name=self.timezone, agent=self.name, session_id=session_id, now=now
        )

    def open(self, session_id: str, variables: Mapping[str, Any], now: datetime) -> Opening:
        """Fill in the templates for one session. Raises PromptError."""
        values = {**self.words(session_id, now), **variables}
        greeting = "" if self.first_message is None else self.first_message.render(values).strip()
        return Opening(self.instructions.render(values), greeting, session_id, variables)
