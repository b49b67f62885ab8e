"""What can come of a tool call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Outcome:
    """The `result` that the model reads, which is JSON-able. `error` is set where the tool gave none."""

    result: Any
    error: str = ""
    duration_ms: float = 0.0


def failed(error: str) -> Outcome:
    """The outcome of a call that gave no result; `error` is fit for the model and the client."""
    return Outcome({"error": error}, error)


INTERRUPTED = failed("Interrupted by the user before there was a result.")

STILL_RUNNING = {
    "status": "running",
    "message": "The user interrupted. The tool runs on, and its result is not known yet. Do not call it again.",
}
"""Stands in the history until the real result takes its place."""

MUST_ASK = {
    "status": "confirmation_required",
    "message": "Not done yet. Say what you are about to do and ask the user whether to go ahead. "
    "If they agree, call this tool again with the same arguments.",
}


def to_json(result: Any) -> str:
    """The text of a result that the model reads."""
    return orjson.dumps(result, option=orjson.OPT_NON_STR_KEYS).decode()
