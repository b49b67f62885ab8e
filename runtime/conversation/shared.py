"""What the responses of one session have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from runtime.conversation.consent import Consent
from runtime.conversation.dispatch import Ongoing


@dataclass(frozen=True, slots=True)
class Shared:
    """Numbers of audio chunks, what the user agreed to, and the tools that outlived their response."""

    chunk_ids: Iterator[int] = field(default_factory=lambda: count(1))
    consent: Consent = field(default_factory=Consent)
    ongoing: Ongoing = field(default_factory=Ongoing)
