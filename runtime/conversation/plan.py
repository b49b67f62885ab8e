"""What a conversation needs to know of its agent."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.settings import ChunkSettings, HistorySettings


@dataclass(frozen=True, slots=True)
class VoicePlan:
    """The form of the agent's speech."""

    format: str
    sample_rate: int | None
    text_filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Compiled once for each agent, shared by its sessions. `voice` None is text only.

    `ask_first` names the tools that run only after the user agreed.
    """

    chunking: ChunkSettings = ChunkSettings()
    history: HistorySettings = HistorySettings()
    voice: VoicePlan | None = None
    max_steps: int = 5
    ask_first: frozenset[str] = frozenset()
