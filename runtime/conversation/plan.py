"""What a conversation needs to know of its agent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from runtime.settings import ChunkSettings, HistorySettings, ToolPhrases


@dataclass(frozen=True, slots=True)
class VoicePlan:
    """The form of the agent's speech."""

    format: str
    sample_rate: int | None
    text_filters: tuple[str, ...] = ()


def _nothing_wrong(_arguments: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class ToolPlan:
    """How a tool takes part in a turn.

    `objection` tells what is wrong with a call's arguments, in words for the model; empty means nothing. Pure, and
    asked before anything of the call happens. `ask_first`: the user must agree. `finishes`: a run goes on when the
    user interrupts, because half of it may be worse than all of it. `ends_session`: after it the agent hangs up.
    """

    objection: Callable[[Any], str] = _nothing_wrong
    ask_first: bool = False
    finishes: bool = False
    ends_session: bool = False
    phrases: ToolPhrases = field(default_factory=ToolPhrases)


@dataclass(frozen=True, slots=True)
class Plan:
    """Compiled once for each agent, shared by its sessions. `voice` None is text only; `tools` by name."""

    chunking: ChunkSettings = ChunkSettings()
    history: HistorySettings = HistorySettings()
    voice: VoicePlan | None = None
    max_steps: int = 5
    max_parallel_tools: int = 4
    max_tool_calls: int = 8
    tools: Mapping[str, ToolPlan] = field(default_factory=dict[str, ToolPlan])
