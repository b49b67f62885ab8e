"""What an OpenAI-compatible server accepts as `messages`: anything else is answered with 400, from then on for ever.

Rules: https://platform.openai.com/docs/api-reference/chat/create, and the errors that servers give in practice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def check_messages(messages: Sequence[dict[str, Any]]) -> None:
    """Raise AssertionError at the first message that a strict server would refuse."""
    unanswered: list[str] = []
    for place, message in enumerate(messages):
        role, content = message["role"], message.get("content")
        if role == "tool":
            assert message["tool_call_id"] in unanswered, f"{place}: a result without its call"
            assert isinstance(content, str), f"{place}: a result is text"
            assert content, f"{place}: an empty result"
            unanswered.remove(message["tool_call_id"])
            continue
        assert not unanswered, f"{place}: {role} comes before the results of {unanswered}"
        if role == "assistant":
            unanswered = _check_assistant(message, place)
            continue
        assert role in ("user", "system"), f"{place}: an unknown role"
        assert role == "user" or place == 0, f"{place}: instructions come first"
        assert isinstance(content, str), f"{place}: {role} says nothing"
        assert content.strip(), f"{place}: {role} says nothing"
    assert not unanswered, f"the end: no results of {unanswered}"
    assert messages[-1]["role"] in ("user", "tool"), "the end: there is nothing to answer"


def _check_assistant(message: dict[str, Any], place: int) -> list[str]:
    calls = message.get("tool_calls")
    assert calls is None or calls, f"{place}: an empty list of calls"
    assert calls or message.get("content"), f"{place}: neither words nor calls"
    ids: list[str] = []
    for call in calls or ():
        assert call["type"] == "function"
        assert call["id"], f"{place}: a call without an id"
        assert call["id"] not in ids, f"{place}: two calls with one id"
        assert _NAME.fullmatch(call["function"]["name"]), f"{place}: no name of a function"
        assert isinstance(json.loads(call["function"]["arguments"]), dict), f"{place}: arguments are an object"
        ids.append(call["id"])
    return ids
