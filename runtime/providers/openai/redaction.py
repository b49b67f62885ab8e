"""A server's own words, made fit for a log: short, one line, and without anything like a key."""

from __future__ import annotations

import re

MAX_CHARS = 200
_KEY_LIKE = re.compile(
    r"(?i:\bbearer\s+\S+)"
    r"|(?<![A-Za-z0-9])(?:sk|pk|rk|gsk|xai|hf|nvapi|key)[-_][\w*.\-]*[\w*]"
    r"|\b\w*\*{3,}\w*"  # a key that the server itself has masked
    r"|\b(?=[A-Za-z_]*[0-9])[A-Za-z0-9_]{28,}\b"  # long runs with a digit are no words
)
_CREDENTIALS = re.compile(r"(?<=//)[^/\s@]+@")
_HIDDEN = "***"


def presentable(text: str, api_key: str) -> str:
    """The first line of `text` without keys and URL credentials, at most `MAX_CHARS` characters."""
    line = text.strip().partition("\n")[0]
    line = " ".join(line.split())
    if len(api_key) >= 6:
        line = line.replace(api_key, _HIDDEN)
    line = _CREDENTIALS.sub("", _KEY_LIKE.sub(_HIDDEN, line))
    return line if len(line) <= MAX_CHARS else line[: MAX_CHARS - 1] + "…"
