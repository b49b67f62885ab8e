"""Reading the address of a request: scheme and host are the author's alone."""

from __future__ import annotations

import re
import socket
import unicodedata
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from runtime.errors import ToolError
from runtime.tools.http.addresses import Network, may_connect, unmapped
from runtime.tools.http.fields import as_template
from runtime.tools.http.request import Target, has_step_up

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_MARK = re.compile(r"\{\{|\{%|\{#")
_ANY_MARK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def read_target(url: str, allowed: Iterable[Network]) -> Target:
    """Take an address apart. Raises ToolError, whose text shows nothing of the address: it may hold a key."""
    source = as_template(url)
    found = _URL.fullmatch(source.strip())
    if found is None or found["scheme"].lower() not in ("http", "https"):
        raise ToolError("the address must begin with http:// or https:// and a host, written out and not filled in")
    if _MARK.search(found["authority"]):
        raise ToolError("the host is filled in by a template; it must be written out, so that no caller can choose it")
    _check_authority(f"{found['scheme']}://{found['authority']}", tuple(allowed))
    rest = found["rest"]
    if "#" in _ANY_MARK.sub("", rest):
        raise ToolError("the address has a fragment, a part after #, which is never sent")
    at = _question_mark(rest)
    if has_step_up(_ANY_MARK.sub("x", rest[:at])):
        raise ToolError("the path has `.` or `..` as a step; write out where it leads")
    return Target(f"{found['scheme'].lower()}://{found['authority']}", rest[:at] or "/", rest[at + 1 :])


def _check_authority(origin: str, allowed: tuple[Network, ...]) -> None:
    try:
        parts = urlsplit(origin)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise ToolError("the address has a host or port that is none") from None
    if not host or any(character.isspace() or not character.isprintable() for character in origin):
        raise ToolError("the address names no host")
    literal = _literal(host)
    if literal and not may_connect(literal, allowed):
        address = unmapped(ip_address(literal.partition("%")[0]))
        network = f"{address}/{address.max_prefixlen}"
        raise ToolError(
            "the host is no public address, and tools reach the public internet only; "
            f"if it is meant, allow it with `allow_private: [{network}]`"
        )
    if "@" in parts.netloc:
        raise ToolError("the address holds a user or a password; send them in a header, `Authorization: Basic …`")


def _literal(host: str) -> str:
    """The address that a host is without asking anybody: a number in any spelling, or this machine's own name."""
    # As the encoding of international names reads it (RFC 3490 section 3.1): ①②⑦。⓪。⓪。① is a number too.
    host = unicodedata.normalize("NFKC", host).replace("\u3002", ".").lower().rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return "127.0.0.1"
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))  # 0x7f.1, 2130706433, 0177.0.0.1
    except (OSError, UnicodeError):
        return ""


def _question_mark(rest: str) -> int:
    """Where the query begins, past the question marks inside templates; the length where there is none."""
    masked = _ANY_MARK.sub(lambda found: "x" * len(found.group()), rest)
    at = masked.find("?")
    return len(rest) if at < 0 else at
