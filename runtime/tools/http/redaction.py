"""What a service must not tell the model, the client or the log, although it may send it back: its own keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast
from urllib.parse import quote, urlsplit

from runtime.settings import HttpSettings, Secret

HIDDEN = "***"

_SHORTEST = 4  # what is shorter is no secret, and hiding it would garble the rest
_SECRET_HEADER = re.compile(r"auth|key|token|secret|cookie|password", re.IGNORECASE)


class Redaction:
    """Hides the values that came from outside the spec, and those of headers that carry keys."""

    __slots__ = ("_pattern", "_spellings")

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {form for secret in secrets for form in _spellings(secret)}
        self._spellings = sorted((form for form in spellings if len(form) >= _SHORTEST), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, self._spellings))) if self._spellings else None

    def text(self, text: str) -> str:
        """The text without secrets."""
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)

    def body(self, data: bytes, *, cut: bool) -> bytes:
        """The body of an answer without secrets, and where it is `cut`, without the beginning of one at its end."""
        if self._pattern is None:
            return data
        text = self.text(data.decode("utf-8", "surrogateescape"))
        if cut:
            text = self._without_beginning(text)
        return text.encode("utf-8", "surrogateescape")

    def _without_beginning(self, text: str) -> str:
        for size in range(min(len(self._spellings[0]) - 1, len(text)), _SHORTEST - 1, -1):
            if any(form.startswith(text[-size:]) for form in self._spellings):
                return text[:-size] + HIDDEN
        return text

    def value(self, value: Any) -> Any:
        """Decoded JSON without secrets, in its texts and keys."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in cast("Sequence[Any]", value)]
        if isinstance(value, dict):
            return {self.text(key): self.value(item) for key, item in cast("dict[str, Any]", value).items()}
        return value


def _spellings(secret: str) -> Iterator[str]:
    """A text as it may come back: as it is, as a part of an address, and in JSON as one or another writes it."""
    escaped = json.dumps(secret)[1:-1]
    yield from (secret, quote(secret, safe=""), quote(secret), escaped, escaped.replace("/", "\\/"))


def secrets_of(settings: HttpSettings) -> Iterator[str]:
    """Every secret text of a request, as it was written or came from outside."""
    written = (settings.url, settings.headers, settings.query, settings.json, settings.form, settings.body)
    for text in _texts(written):
        if isinstance(text, Secret):
            yield from (piece.strip() for piece in text.pieces[1::2])
    if isinstance(settings.url, Secret):  # errors name the host alone
        for target in (urlsplit(piece.strip()) for piece in settings.url.pieces[1::2] if "://" in piece):
            yield from (target.netloc, target.hostname or "")
    for name, value in settings.headers.items():
        if _SECRET_HEADER.search(name) and "{{" not in value:
            yield from (word for word in value.split() if len(word) > len("Bearer"))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in cast("Mapping[str, Any]", value).values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in cast("list[Any]", value):
            yield from _texts(item)
