"""What a service must not tell the model, the client or the log, although it may send it back: its own keys."""

from __future__ import annotations

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

    __slots__ = ("_pattern",)

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {form for secret in secrets for form in (secret, quote(secret, safe=""))}
        longest_first = sorted((form for form in spellings if len(form) >= _SHORTEST), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def text(self, text: str) -> str:
        """The text without secrets."""
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)

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


def secrets_of(settings: HttpSettings) -> Iterator[str]:
    """Every secret text of a request, as it was written or came from outside."""
    written = (settings.url, settings.headers, settings.query, settings.json, settings.form, settings.body)
    for text in _texts(written):
        if isinstance(text, Secret):
            yield from (piece.strip() for piece in text.pieces[1::2])
    if isinstance(settings.url, Secret):  # errors name the host alone
        yield from (urlsplit(piece.strip()).netloc for piece in settings.url.pieces[1::2] if "://" in piece)
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
