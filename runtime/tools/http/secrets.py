"""What of a request is nobody's business, although its service may send it back."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from runtime.settings import HttpSettings, Secret

_CREDENTIAL = re.compile(r"auth|key|token|secret|cookie|password", re.IGNORECASE)


def secrets_of(settings: HttpSettings) -> Iterator[str]:
    """What came from outside the spec, and what headers for credentials hold."""
    written = (settings.url, settings.headers, settings.query, settings.json, settings.form, settings.body)
    for text in _texts((*written, settings.probe.url if settings.probe else "")):
        if isinstance(text, Secret):
            yield from text.values
    for name, value in settings.headers.items():
        if _CREDENTIAL.search(name) and "{{" not in value:
            scheme, _, rest = value.strip().partition(" ")
            yield rest if rest and len(scheme) <= len("Bearer") else value.strip()
            yield from (word for word in value.split() if len(word) > len("Bearer"))
        yield from _of_basic(value)


def hosts_of(settings: HttpSettings) -> Iterator[str]:
    """Hosts that came from outside the spec. Errors name them; in an answer they may be any word."""
    for url in (settings.url, settings.probe.url if settings.probe else ""):
        if isinstance(url, Secret):
            for target in (urlsplit(value) for value in url.values if "://" in value):
                yield from (target.netloc, target.hostname or "")


def _of_basic(header: str) -> Iterator[str]:
    """User and password of `Basic` credentials (RFC 7617), which a service may know by name."""
    scheme, _, credentials = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return
    try:
        decoded = b64decode(credentials.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return
    yield from (decoded, decoded.partition(":")[2])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in cast("Mapping[str, Any]", value).values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in cast("list[Any]", value):
            yield from _texts(item)
