"""Calls that wait for a yes: a tool with effects that wants confirmation, or one that failed and may be tried again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.chat import AssistantMessage, Message, ToolCall, ToolMessage, UserMessage
from runtime.providers.local.scripted.shapes import is_record
from runtime.providers.local.scripted.speech import Speech, capitalised, listed
from runtime.providers.local.scripted.verbalise import decoded, pairs, spoken
from runtime.providers.local.scripted.words import name_words

CONFIRMATION = "confirmation_required"
"""The `status` of a result by which a guarded tool asks for a yes before it acts."""

ENDING = "ending"
"""The `status` of a result after which the agent hangs up."""


def report(messages: Sequence[Message], speech: Speech) -> str:
    """What to say of the results that end `messages`, the questions last."""
    calls, results = _last_results(messages, len(messages))
    by_id = {call.id: call for call in calls}
    texts = [_spoken(by_id.get(result.call_id), decoded(result.content), speech) for result in results]
    facts = [text for text, asks in texts if not asks]
    questions = [text for text, asks in texts if asks]
    closing = _closing([decoded(result.content) for result in results], speech)
    return " ".join(dict.fromkeys(filter(None, [*facts, *questions, closing])))


def awaiting(messages: Sequence[Message]) -> tuple[ToolCall, ...]:
    """The calls that a yes would start after `messages`, which end in the agent's words; empty where none waits.

    A question that was repeated still waits; one that was cut off before a word of it was heard does not.
    """
    at = len(messages) - 1
    if at < 0 or not _speaks(messages[at]):
        return ()
    first = messages[at]
    while at >= 2 and isinstance(messages[at - 1], UserMessage) and _repeats(messages[at - 2], first):
        at -= 2
    calls, results = _last_results(messages, at)
    open_ids = {result.call_id for result in results if _asks(decoded(result.content))}
    return tuple(call for call in calls if call.id in open_ids)


def _speaks(message: Message) -> bool:
    return isinstance(message, AssistantMessage) and bool(message.text.strip()) and not message.tool_calls


def _repeats(earlier: Message, later: Message) -> bool:
    if not (_speaks(earlier) and isinstance(earlier, AssistantMessage) and isinstance(later, AssistantMessage)):
        return False
    return later.text.endswith(earlier.text)


def _last_results(messages: Sequence[Message], end: int) -> tuple[tuple[ToolCall, ...], list[ToolMessage]]:
    """The results right before `end` and the calls that they answer."""
    results: list[ToolMessage] = []
    at = end - 1
    while at >= 0 and isinstance(message := messages[at], ToolMessage):
        results.insert(0, message)
        at -= 1
    caller = messages[at] if at >= 0 else None
    return (caller.tool_calls if isinstance(caller, AssistantMessage) else ()), results


def _asks(result: Any) -> bool:
    return _wants_yes(result) or _failure(result) is not None


def _wants_yes(result: Any) -> bool:
    return is_record(result) and result.get("status") == CONFIRMATION


def _failure(result: Any) -> str | None:
    if not is_record(result):
        return None
    error: object = result.get("error")
    if is_record(error):
        error = error.get("message") or "error"
    return str(error) if error else None


def _spoken(call: ToolCall | None, result: Any, speech: Speech) -> tuple[str, bool]:
    """What to say of one result, and whether it ends in a question."""
    if _wants_yes(result):
        return _confirmation(call, result, speech), True
    if is_record(result) and result.get("status") == ENDING:
        return speech.goodbye, False
    failure = _failure(result)
    if failure is not None:
        return speech.failed.format(error=failure.strip().rstrip(".!")), True
    return spoken(result, speech), False


def _confirmation(call: ToolCall | None, result: Mapping[str, Any], speech: Speech) -> str:
    arguments = decoded(call.arguments) if call else None
    said = pairs(arguments, speech) if is_record(arguments) else []
    asked = result.get("question")
    if isinstance(asked, str) and asked.strip():
        told = [pair for pair in said if pair.split(" ", 1)[-1].casefold() not in asked.casefold()]
        detail = f"{capitalised(listed(told, speech.conjunction))}. " if told else ""
        return detail + asked.strip()
    action = " ".join(name_words(call.name)) if call else ""
    return speech.confirm.format(action=", ".join(filter(None, [action, *said])))


def _closing(results: Sequence[Any], speech: Speech) -> str:
    if any(_wants_yes(result) and not result.get("question") for result in results):
        return speech.proceed
    waiting = any(_wants_yes(result) for result in results)
    return speech.retry if not waiting and any(_failure(result) for result in results) else ""
