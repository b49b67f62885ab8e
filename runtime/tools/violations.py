"""What is wrong with a model's arguments, so that it can repair them: `guests: 12 is more than …`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LONGEST = 60  # characters of a value that are repeated to the model
MOST = 6  # violations that are told at once


@dataclass(frozen=True, slots=True)
class Violation:
    """One finding. `subject` is the value at fault as JSON text, or empty where there is none."""

    path: tuple[str | int, ...]
    subject: str
    predicate: str


def sentence(violations: Iterable[Violation]) -> str:
    """Join findings; those about one value, such as the branches of a union, are told together."""
    found: dict[tuple[tuple[str | int, ...], str], dict[str, None]] = {}
    for violation in violations:
        found.setdefault((violation.path, violation.subject), {})[violation.predicate] = None
    told = [_told(path, subject, list(predicates)) for (path, subject), predicates in found.items()]
    more = [f"and {len(told) - MOST} more"] if len(told) > MOST else []
    return "; ".join(told[:MOST] + more)


def shown(value: Any) -> str:
    """Return a value as short JSON text."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def choices(values: Iterable[Any]) -> str:
    """Return "1, 2 or 3"."""
    *most, last = [shown(value) for value in values]
    return f"{', '.join(most)} or {last}" if most else last


def place(path: Iterable[str | int]) -> str:
    """Return `kids[0].name`; the arguments as a whole have no name of their own."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".") or "the arguments"


def _told(path: tuple[str | int, ...], subject: str, predicates: list[str]) -> str:
    what = ", and ".join(predicates)
    return f"{place(path)}: {subject} {what}" if subject else f"{place(path)} {what}"
