"""Suggestions for a name that is not there."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

SHOWN = 8


def suggestion(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return "did you mean `x`?" for the nearest of `known`, else what there is, else `otherwise`."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    if close:
        return f"did you mean `{close[0]}`?"
    if not names:
        return otherwise
    return f"there is {listing(names)}"


def listing(names: list[str]) -> str:
    """Return the first names in backticks, and say when there are more."""
    shown = ", ".join(f"`{name}`" for name in names[:SHOWN])
    return f"{shown} and {len(names) - SHOWN} more" if len(names) > SHOWN else shown
