"""A validated agent, as its author wrote it: frozen, complete, and still free of code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.settings import (
    ChunkSettings,
    HistorySettings,
    HttpSettings,
    ModelSettings,
    ToolPhrases,
    TranscriptionSettings,
    VoiceSettings,
)
from runtime.sources import SourceRef
from runtime.spec.document import Document


@dataclass(frozen=True, slots=True)
class VariableSpec:
    """A value that a session may bring. `source` says from where: `query` or `header` of the handshake.

    `enum` holds the only values accepted; empty means any.
    """

    name: str
    type: str = "string"
    default: Any = None
    required: bool = False
    max_length: int = 1000
    source: str = "query"
    description: str = ""
    enum: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateSpec:
    """Jinja2 text. `file` is empty for text inside the spec, else relative to the agents' folder."""

    text: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool and how it is done: by exactly one of `python`, `http` and `builtin`.

    `parameters` None means: from the callable's signature. `on_interrupt` empty means: what suits its kind.
    """

    name: str
    python: str = ""
    http: HttpSettings | None = None
    builtin: str = ""
    description: str = ""
    parameters: Mapping[str, Any] | None = None
    timeout_ms: int = 10_000
    confirm: bool | None = None
    on_interrupt: str = ""
    say: ToolPhrases = field(default_factory=ToolPhrases)
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """One persona. `transcription` None is text in only, `voice` None text out only.

    `document` knows where each value stands, for the problems that later stages find. `sources` are the files that
    were read for it, the spec first: those it extends, those of its templates and `${file:…}`. `env_names` are the
    variables that it refers to. `digest` names the contents of all these files, and of the variables the names.
    """

    name: str
    path: str
    description: str
    document: Document = field(repr=False, compare=False)
    digest: str
    model: ModelSettings
    transcription: TranscriptionSettings | None
    voice: VoiceSettings | None
    instructions: TemplateSpec
    first_message: TemplateSpec | None
    variables: tuple[VariableSpec, ...] = ()
    chunking: ChunkSettings = field(default_factory=ChunkSettings)
    tools: tuple[ToolSpec, ...] = ()
    max_steps: int = 5
    max_parallel_tools: int = 4
    max_tool_calls: int = 8
    history: HistorySettings = field(default_factory=HistorySettings)
    max_audio_bytes: int = 10 * 1024 * 1024
    timezone: str = "UTC"
    sources: tuple[SourceRef, ...] = ()
    env_names: tuple[str, ...] = ()
