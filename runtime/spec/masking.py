"""What is nobody's business: which keys hold secrets, and how a line that holds one is shown."""

from __future__ import annotations

import re

from runtime.spec.values import Path

# Keys whose values are never shown, also where a line of the file is: shown as stars.
_HIDDEN = r"(?:[\w-]*[_-])?(?:api[_-]?key|secret|password|authorization|token)|tokens"
_HIDDEN_KEY = re.compile(_HIDDEN, re.IGNORECASE)
# On a line of its own a value reaches to the end; in braces, to the next comma.
_HIDDEN_LINE = re.compile(
    rf"""^[\s-]*["']?(?:{_HIDDEN})["']?\s*:\s+(.*)
    |[{{,]\s*["']?(?:{_HIDDEN})["']?\s*:\s+("(?:[^"\\]|\\.)*"|'[^']*'|\[[^\]]*|(?:\$\{{[^{{}},\s]*\}}|[^,}}])*)""",
    re.IGNORECASE | re.VERBOSE,
)
# Of one that is never closed, no more than its name is sure to be none of the secret.
_REFERENCE = re.compile(r"\$\{[^}]*\}|\$\{env:\w*(?::-)?|\$\{file:[\w./-]*")


def is_secret(path: Path) -> bool:
    """Say whether the value at the path must not be shown."""
    return any(isinstance(part, str) and _HIDDEN_KEY.fullmatch(part) for part in path)


def masked(line: str) -> str:
    """The line with secrets that stand in it as stars, as long as they were, so that columns stay."""
    return _HIDDEN_LINE.sub(_hide, line)


def _hide(found: re.Match[str]) -> str:
    value = found[1] or found[2] or ""
    parts = re.split(rf"({_REFERENCE.pattern})", value)
    shown = (part if _REFERENCE.fullmatch(part) else re.sub(r"[^\s,\[\]{}\"']", "*", part) for part in parts)
    return found[0].removesuffix(value) + "".join(shown)
