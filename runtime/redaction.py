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

    __slots__ = ("_shortest", "_spellings")

    def __init__(self, secrets: Iterable[str]) -> None:
        whole = {written for secret in secrets for written in (secret, secret.strip()) if len(written) >= SHORTEST}
        found = {form.lower() for secret in whole for form in _spellings(secret)}
        self._spellings = sorted(found, key=len, reverse=True)
        self._shortest = len(self._spellings[-1]) if self._spellings else 0

    def text(self, text: str, *, cut: bool = False) -> str:
        """The text without secrets, and where it is `cut`, without the beginning of one at its end."""
        lowered = text.lower()
        if len(lowered) >= self._shortest:  # most texts in an answer are short, and there may be very many
            for spelling in self._spellings:
                if spelling in lowered:
                    text = _without(text, lowered, spelling)
                    lowered = text.lower()
        return self._without_beginning(text, lowered) if cut else text

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

    def _without_beginning(self, text: str, lowered: str) -> str:
        begins = min((at for each in self._spellings if (at := _beginning(lowered, each)) >= 0), default=-1)
        if begins < 0:
            return text
        return text[:begins] + HIDDEN if len(lowered) == len(text) else HIDDEN


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


def _without(text: str, lowered: str, spelling: str) -> str:
    """The text without a spelling that is in it. Plain searches: a pattern of many would take far longer."""
    if len(lowered) != len(text):  # a letter such as İ: places in both differ
        return HIDDEN
    kept: list[str] = []
    last, at = 0, lowered.find(spelling)
    while at >= 0:
        kept += (text[last:at], HIDDEN)
        last = at + len(spelling)
        at = lowered.find(spelling, last)
    return "".join((*kept, text[last:]))


def _beginning(lowered: str, spelling: str) -> int:
    """Where at the end of a text a spelling begins that is not all there; -1 where none does."""
    head = spelling[:SHORTEST]
    at = lowered.find(head, max(len(lowered) - len(spelling) + 1, 0))
    while at >= 0 and not spelling.startswith(lowered[at:]):
        at = lowered.find(head, at + 1)
    return at


def _spellings(secret: str) -> Iterator[str]:
    yield secret
    sent = _bytes_of(secret)
    yield from (quote(sent, safe=left) for left in _LEFT_IN_ADDRESSES)
    yield quote_plus(sent)
    for written in (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]):
        yield from (written, written.replace("/", "\\/"), _for_html(written))
    yield html.escape(secret)
    yield base64.b64encode(sent).decode().rstrip("=")


def _bytes_of(secret: str) -> bytes:
    """An environment variable that is not UTF-8 has surrogates in the place of its bytes (PEP 383)."""
    try:
        return secret.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return secret.encode("utf-8", "surrogatepass")


def _for_html(written: str) -> str:
    """JSON as it is written to be safe inside HTML."""
    return written.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
