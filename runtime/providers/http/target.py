"""Where a request goes, and the bytes that it is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

_UNSAFE_VALUE = re.compile(r"[\r\n\0]")
_UNSAFE_PATH = re.compile(r"[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class OriginAddress:
    """Scheme, host and port: what connections may be shared between (RFC 9110 §4.3.1)."""

    host: str
    port: int
    tls: bool


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed URL: the origin to connect to, the `host` header and the path with its query."""

    origin: OriginAddress
    authority: str
    path: str


@lru_cache(maxsize=256)
def parse(url: str) -> Target:
    """Split an absolute http or https URL. Raises ValueError, which does not repeat the URL."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("expected an absolute http:// or https:// URL")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a URL must not hold credentials")
    tls = parts.scheme == "https"
    host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode("ascii")
    bracketed = f"[{host}]" if ":" in host else host
    default_port = 443 if tls else 80
    port = default_port if parts.port is None else parts.port
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if _UNSAFE_PATH.search(path) or _UNSAFE_PATH.search(host):
        raise ValueError("a URL holds printable ASCII only; escape the rest")
    return Target(OriginAddress(host, port, tls), bracketed if port == default_port else f"{bracketed}:{port}", path)


def encode(method: str, target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    """The request as it goes out. Raises ValueError for a header value that would break out of its line."""
    lines = [f"{method} {target.path} HTTP/1.1\r\nhost: {target.authority}\r\naccept-encoding: identity\r\n"]
    for name, value in headers.items():
        if _UNSAFE_VALUE.search(value):
            raise ValueError(f"the value of header {name} holds a line break")
        lines.append(f"{name}: {value}\r\n")
    lines.append(f"content-length: {len(body)}\r\n\r\n")
    return "".join(lines).encode("latin-1") + body
