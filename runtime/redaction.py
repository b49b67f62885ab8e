"""Hiding what must not be shown, wherever and however it comes back.

Covered are a secret as it is, in any case, as a part of an address or a form, as JSON writes it, with or without
escapes, in HTML and in Base64. A service that reverses it or sends it letter by letter is beyond this.
"""

from __future__ import annotations

import base64
import html
import json
import threading
from collections.abc import Iterable, Iterator
from typing import Any, cast
from urllib.parse import quote, quote_plus

HIDDEN = "***"

SHORTEST = 4
"""What is shorter is no secret, and hiding it would garble the rest."""

# Signs that one or another leaves as they are in an address (RFC 3986 section 3.3 and 3.4).
_LEFT_IN_ADDRESSES = ("", "/", "/%:@!$&'()*+,;=~", "/%:@!$&'()*+,;=~?")


class Redaction:
    """Hides secrets in texts and decoded JSON."""

    __slots__ = ("_spellings",)

    def __init__(self, secrets: Iterable[str]) -> None:
        found = {form.lower() for secret in secrets if len(secret) >= SHORTEST for form in _spellings(secret)}
        self._spellings = sorted(found, key=len, reverse=True)

    def text(self, text: str, *, cut: bool = False) -> str:
        """The text without secrets, and where it is `cut`, without the beginning of one at its end."""
        for spelling in self._spellings:
            text = _without(text, spelling)
        return self._without_beginning(text) if cut else text

    def value(self, value: Any) -> Any:
        """Decoded JSON without secrets in its texts and keys. Numbers stay: a port or a count is no secret."""
        if not self._spellings:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in cast("Any", value)]
        if isinstance(value, dict):
            return {self.text(key): self.value(item) for key, item in cast("dict[str, Any]", value).items()}
        return value

    def _without_beginning(self, text: str) -> str:
        lowered = text.lower()
        begins = min((at for each in self._spellings if (at := _beginning(lowered, each)) >= 0), default=-1)
        return text if begins < 0 else text[:begins] + HIDDEN


class KnownSecrets:
    """Every secret that this process has met, for what is logged: there it does not matter whose it is."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()
        self._redaction: Redaction | None = None
        self._lock = threading.Lock()

    def add(self, secrets: Iterable[str]) -> None:
        """Remember more of them, for as long as the process lives."""
        fresh = {secret for secret in secrets if len(secret) >= SHORTEST}
        with self._lock:
            if not fresh <= self._secrets:
                self._secrets |= fresh
                self._redaction = None

    def text(self, text: str) -> str:
        """The text without any of them."""
        with self._lock:
            if self._redaction is None:
                self._redaction = Redaction(self._secrets)
            redaction = self._redaction
        return redaction.text(text)


KNOWN = KnownSecrets()
"""Filled by whoever resolves a reference, and by the command line with what the environment calls a secret."""


def _without(text: str, spelling: str) -> str:
    """The text without a spelling, which is in lower case. Plain searches: a pattern of many would take far longer."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter such as İ: places in both differ
        return text if spelling not in lowered else HIDDEN
    kept: list[str] = []
    last, at = 0, lowered.find(spelling)
    while at >= 0:
        kept += (text[last:at], HIDDEN)
        last = at + len(spelling)
        at = lowered.find(spelling, last)
    return "".join((*kept, text[last:])) if kept else text


def _beginning(lowered: str, spelling: str) -> int:
    """Where at the end of a text a spelling begins that is not all there; -1 where none does."""
    head = spelling[:SHORTEST]
    at = lowered.find(head, max(len(lowered) - len(spelling) + 1, 0))
    while at >= 0 and not spelling.startswith(lowered[at:]):
        at = lowered.find(head, at + 1)
    return at


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    yield from (quote(secret, safe=left) for left in _LEFT_IN_ADDRESSES)
    yield quote_plus(secret)
    for written in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield from (written, written.replace("/", "\\/"), _for_html(written))
    yield html.escape(secret)
    yield base64.b64encode(secret.encode("utf-8", "replace")).decode().rstrip("=")


def _for_html(written: str) -> str:
    """JSON as it is written to be safe inside HTML."""
    return written.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
