"""`${env:NAME}`, `${env:NAME:-default}` and `${file:path}` -> their values, when the spec is loaded.

What they stand for is a `Secret` from here on. A problem shows the reference, never its value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from runtime.redaction import KNOWN
from runtime.settings import Secret
from runtime.spec.document import Document
from runtime.spec.library import Trail
from runtime.spec.problem import Problem
from runtime.spec.read import Unreadable
from runtime.spec.values import Path, entries, items

_REFERENCE = re.compile(r"\$\{(?P<kind>env|file)(?P<rest>[^}\n]*)\}?")
_NAME = re.compile(r":(?P<name>[A-Za-z_][A-Za-z0-9_]*)(:-(?P<default>.*))?\Z")
# Shell's way to write it. In texts that are spoken or read it may be meant, elsewhere it never is.
_BARE = re.compile(r"\$\{?(?P<name>[A-Z][A-Z0-9_]{2,})\}?")
_PROSE = {"instructions", "first_message", "description", "examples", "prompt"}


@dataclass(slots=True)
class Resolved:
    """The data with references replaced; `failed` are the paths of those that could not be."""

    data: Any = None
    problems: list[Problem] = field(default_factory=list[Problem])
    failed: set[Path] = field(default_factory=set[Path])


def resolve(document: Document, trail: Trail) -> Resolved:
    """Replace the references in every text. `${file:…}` starts from the folder of the file that it is written in."""
    resolver = _Resolver(document, trail)
    resolver.result.data = resolver.value(document.data, ())
    return resolver.result


class _Resolver:
    """Walks the data; the first problem at a place is the one that is told."""

    __slots__ = ("_document", "_trail", "result")

    def __init__(self, document: Document, trail: Trail) -> None:
        self.result = Resolved()
        self._document = document
        self._trail = trail

    def value(self, value: Any, path: Path) -> Any:
        """Give the value with the references in its texts resolved."""
        if isinstance(value, str):
            return self._text(value, path) if "$" in value else value
        if isinstance(value, dict):
            return {key: self.value(item, (*path, key)) for key, item in entries(value).items()}
        if isinstance(value, list):
            return [self.value(item, (*path, index)) for index, item in enumerate(items(value))]
        return value

    def _text(self, text: str, path: Path) -> str:
        pieces: list[str] = []
        known: set[int] = set()
        end = 0
        seen: dict[str, int] = {}
        for found in _REFERENCE.finditer(text):
            written = found.group()
            nth = seen.setdefault(written, 0)
            seen[written] += 1
            value = self._one(found, path, nth)
            if value is None:
                self.result.failed.add(path)
            pieces += (text[end : found.start()], value or "")
            if value is not None and value == self._default(found):
                known.add(len(pieces) - 1)
            end = found.end()
        if not pieces:
            self._look_for_bare(text, path)
            return text
        pieces.append(text[end:])
        secret = Secret("".join(pieces), tuple(pieces), frozenset(known))
        KNOWN.add(secret.values)
        return text if path in self.result.failed else secret

    @staticmethod
    def _default(found: re.Match[str]) -> str | None:
        """What a reference says itself that it stands for, in a file that everybody who sees the answer may read."""
        name = _NAME.match(found["rest"]) if found["kind"] == "env" else None
        return name["default"] if name else None

    def _one(self, found: re.Match[str], path: Path, nth: int) -> str | None:
        written, rest = found.group(), found["rest"]
        if found["kind"] == "file" and rest.startswith(":") and len(rest) > 1 and written.endswith("}"):
            return self._file(written, rest[1:], path, nth)
        name = _NAME.match(rest) if found["kind"] == "env" and written.endswith("}") else None
        if name is None:
            right = "${env:NAME}, ${env:NAME:-default} or ${file:path}"
            self._problem(path, written, nth, "bad-reference", f"{written} is no reference", f"write it as {right}")
            return None
        value = self._trail.variable(name["name"])
        if value or (value is not None and name["default"] is None):
            return value
        if name["default"] is not None:
            return name["default"]
        message = f"the environment variable {name['name']} is not set"
        hint = f"set it, or give a default: ${{env:{name['name']}:-default}}"
        self._problem(path, written, nth, "missing-env", message, hint)
        return None

    def _file(self, written: str, name: str, path: Path, nth: int) -> str | None:
        content = self._trail.read(self._document.layer(path).folder / name)
        if isinstance(content, Unreadable):
            code = "missing-file" if content.missing else "unreadable"
            self._problem(path, written, nth, code, f"the file of {written} {content.reason}", content.hint)
            return None
        try:
            # Editors and `echo` end a file with a newline that is no part of the secret.
            return content.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError:
            message = f"the file of {written} is not UTF-8 text"
            self._problem(path, written, nth, "encoding", message, "save the file as UTF-8")
            return None

    def _look_for_bare(self, text: str, path: Path) -> None:
        found = _BARE.fullmatch(text) or re.search(r"\$\{(?P<name>[A-Za-z_]\w*)\}", text)
        if found is None or any(part in _PROSE for part in path):
            return
        hint = f"write it as ${{env:{found['name']}}}"
        self._problem(path, found.group(), 0, "bad-reference", f"{found.group()} is not replaced by anything", hint)
        self.result.failed.add(path)

    def _problem(self, path: Path, written: str, nth: int, code: str, message: str, hint: str) -> None:
        problem = self._document.text_problem(path, (written, nth), code, message, hint)
        if problem not in self.result.problems:
            self.result.problems.append(problem)
