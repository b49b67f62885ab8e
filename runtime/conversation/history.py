"""What the model is told of the past: whole turns, oldest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from runtime.chat import AssistantMessage, Message, ToolMessage, UserMessage
from runtime.conversation.outcomes import STILL_RUNNING, to_json
from runtime.settings import HistorySettings


class History:
    """The messages of a session, kept in turns so that trimming never separates a call from its result.

    A turn begins with what the user said and ends before the next time they speak; an agent that speaks first
    opens a turn without a user message.
    """

    __slots__ = ("_bounds", "_turns")

    def __init__(self, bounds: HistorySettings) -> None:
        self._bounds = bounds
        self._turns: list[list[Message]] = []

    def hear(self, text: str) -> None:
        """Begin a turn with the user's words."""
        self._turns.append([UserMessage(text)])

    def record(self, messages: Sequence[Message]) -> None:
        """Add what a response left behind to the turn it answers."""
        if not messages:
            return
        if not self._turns:
            self._turns.append([])
        self._turns[-1].extend(messages)

    def replace(self, count: int, messages: Sequence[Message]) -> None:
        """Put `messages` in the place of the newest `count`: less of a response was heard than was sent."""
        if not count:  # it left nothing, as the conversation was cleared
            return
        turn = self._turns[-1]
        turn[len(turn) - count :] = messages
        if not turn:
            self._turns.pop()

    def amend(self, call_ids: Collection[str], result: Any) -> None:
        """Calls whose tool was still running have a result now."""
        self._turns = [list(amended(turn, call_ids, result)) for turn in self._turns]

    def messages(self) -> tuple[Message, ...]:
        """All messages in order."""
        return tuple(message for turn in self._turns for message in turn)

    def trim(self) -> int:
        """Forget the oldest turns beyond the bounds; the newest always stays. Returns the number of messages."""
        counts = [len(turn) for turn in self._turns]
        sizes = [sum(map(_chars, turn)) for turn in self._turns]
        total, chars, oldest = sum(counts), sum(sizes), 0
        while oldest < len(counts) - 1 and self._exceeds(total, chars):
            total -= counts[oldest]
            chars -= sizes[oldest]
            oldest += 1
        del self._turns[:oldest]
        return sum(counts[:oldest])

    def clear(self) -> int:
        """Forget everything. Returns the number of messages."""
        removed = sum(map(len, self._turns))
        self._turns.clear()
        return removed

    def _exceeds(self, messages: int, chars: int) -> bool:
        bounds = self._bounds
        return 0 < bounds.max_messages < messages or 0 < bounds.max_chars < chars


def amended(messages: Iterable[Message], call_ids: Collection[str], result: Any) -> tuple[Message, ...]:
    """The messages with a result where these calls were left open.

    A server may use the id of a call again, so a result that is known stays as it is.
    """
    open_, known = to_json(STILL_RUNNING), to_json(result)
    return tuple(
        ToolMessage(each.call_id, known)
        if isinstance(each, ToolMessage) and each.call_id in call_ids and each.content == open_
        else each
        for each in messages
    )


def _chars(message: Message) -> int:
    match message:
        case UserMessage(text):
            return len(text)
        case AssistantMessage(text, calls):
            return len(text) + sum(len(call.name) + len(call.arguments) for call in calls)
        case ToolMessage(_, content):
            return len(content)
