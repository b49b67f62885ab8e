"""A conversation without what was never heard."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.chat import AssistantMessage, Message, UserMessage


def settled(messages: Sequence[Message]) -> tuple[list[Message], list[str]]:
    """All before the words that now want an answer, and those words: more than one where none was answered.

    Answers that were cut off before a word was heard are left out, and utterances that thereby follow one another
    are one, so that turns alternate.
    """
    past: list[Message] = []
    waiting: list[str] = []
    for message in messages:
        if isinstance(message, UserMessage):
            waiting.append(message.text)
        elif not isinstance(message, AssistantMessage) or message.text.strip() or message.tool_calls:
            if waiting:
                past.append(UserMessage(" ".join(waiting)))
                waiting = []
            past.append(message)
    return past, waiting
