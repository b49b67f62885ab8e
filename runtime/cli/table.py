"""Columns that line up."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.cli.terminal import width

_GAP = "  "


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Each row as a line; the cells of a column begin at the same place."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        _GAP.join(_padded(cell, columns) for cell, columns in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def shortened(text: str, columns: int) -> str:
    """The text in at most so many columns, with an ellipsis where something is left out."""
    if width(text) <= columns:
        return text
    kept = text
    while kept and width(kept) >= columns:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _padded(cell: str, columns: int) -> str:
    return cell + " " * (columns - width(cell))
