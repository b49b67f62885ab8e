"""Text from outside, as it may go on."""

from __future__ import annotations


def presentable(text: str, limit: int = 32_000) -> str:
    """Text that any JSON can carry, and not too much of it."""
    return text[:limit].encode("utf-8", "replace").decode()
