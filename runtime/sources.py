"""The files that something was built from, as values: what a reload compares."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SourceRef:
    """One file that was read, and `digest_of` the very bytes that were used."""

    path: Path
    digest: str


def digest_of(data: bytes) -> str:
    """Return the first 16 hex digits of the SHA-256 of the bytes. It tells edits apart; it keeps no secret."""
    return sha256(data).hexdigest()[:16]
