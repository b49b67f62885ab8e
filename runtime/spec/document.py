"""YAML text -> plain data that knows where each value stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from runtime.spec import places
from runtime.spec.masking import is_secret, masked
from runtime.spec.places import read
from runtime.spec.problem import Finding, Place, Problem, extended_by
from runtime.spec.syntax import split_lines
from runtime.spec.values import Path, entries

MAX_BYTES = 512 * 1024
# What makes an agent itself: these are its own, whatever it extends.
OWN_KEYS = ("extends", "name", "path")


@dataclass(frozen=True, slots=True)
class Origin:
    """The file, as people see it, and the line from 1 where an effective value is written."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Document:
    """One file's text and data, on top of those of the file it extends, if any.

    `data` holds what the authors wrote, with references (`${env:…}`) unresolved, and must not be changed: this
    file's own data, or with a `base` the two merged, and then `own` is what this file says. Positions are found
    when they are asked for, in the file that holds the value: a sound file needs none. Paths in the text start
    from `folder`.
    """

    file: str
    text: str = field(repr=False)
    data: Any = field(repr=False)
    folder: FilePath = field(default=FilePath(), repr=False)
    base: Document | None = field(default=None, repr=False)
    own: Any = field(default=None, repr=False)

    def layer(self, path: Path) -> Document:
        """Give the document of the file in which the value at `path` stands: this one, or one it extends."""
        layer = self
        while layer.base is not None and _inherits(path, layer.own, layer.base.data):
            layer = layer.base
        return layer

    def origin(self, path: Path) -> Origin:
        """Give the file and line of the effective value at `path`; where there is none, of its nearest parent."""
        layer = self.layer(path)
        return Origin(layer.file, places.of_value(layer.text, path).line)

    def replaced(self, path: Path) -> Origin | None:
        """Give where an inherited value stands that a mapping at `path` has replaced; None where none has."""
        below = self.layer(path).base
        value = below.data if below is not None else None
        for part in path:
            value = entries(value).get(str(part))
        if below is None or value is None or isinstance(value, dict):
            return None
        return below.origin(path)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Give the span of the value at `path`, or of its key; where there is none, of its nearest parent.

        It is a place in the file that `origin` names.
        """
        return places.of_value(self.layer(path).text, path, key=key)

    def content_place(self, path: Path, line_offset: int) -> Place:
        """Give where a line of a text's content stands in the file, as written there; offset 0 is its first line.

        For a literal block (`|`) that is exact; in texts that YAML folds, it is the line with its beginning.
        """
        return places.of_line(self.layer(path).text, path, line_offset)

    def find(self, path: Path, written: str, nth: int = 0) -> Place:
        """Give the span of the nth (from 0) `written` inside the text at `path`; else of the whole text."""
        return places.of_part(self.layer(path).text, path, written, nth)

    def written(self, path: Path) -> str:
        """Give a value as it is written in the file; empty for one that is hidden or takes several lines."""
        return "" if is_secret(path) else places.written(self.layer(path).text, path)

    def problem(
        self, path: Path, code: str, message: str, hint: str = "", *, key: bool = False, note: str = ""
    ) -> Problem:
        """Build a problem at the value at `path`, or at its key. The line that it shows hides secrets."""
        layer = self.layer(path)
        problem = layer.problem_at(places.of_value(layer.text, path, key=key), code, message, hint, note=note)
        if not key and is_secret(path):
            start, end = problem.column - 1, problem.column - 1 + problem.length
            line = problem.source_line
            problem = replace(problem, source_line=line[:start] + "*" * len(line[start:end]) + line[end:])
        return extended_by(problem, self.file)

    def content_problem(self, path: Path, line_offset: int, code: str, message: str, hint: str = "") -> Problem:
        """Build a problem at a line of a text's content, counted as in `content_place`."""
        problem = self.layer(path).problem_at(self.content_place(path, line_offset), code, message, hint)
        return extended_by(problem, self.file)

    def text_problem(self, path: Path, found: tuple[str, int], code: str, message: str, hint: str = "") -> Problem:
        """Build a problem at a part of the text at `path`: what is written there, and its number as in `find`."""
        problem = self.layer(path).problem_at(self.find(path, *found), code, message, hint)
        return extended_by(problem, self.file)

    def problem_at(
        self,
        place: Place,
        code: str,
        message: str,
        hint: str = "",
        *,
        severity: str = "error",
        note: str = "",
    ) -> Problem:
        """Build a problem at a place of this very file."""
        lines = split_lines(self.text)
        source = masked(lines[place.line - 1]) if 0 < place.line <= len(lines) else ""
        return Problem(self.file, place.line, place.column, place.length, code, message, hint, severity, source, note)

    def problem_of(self, finding: Finding) -> Problem:
        """Build a problem from a finding in this file's text."""
        note = f"{self.file}:{finding.note_line}: {finding.note}" if finding.note_line else finding.note
        return self.problem_at(finding.place, finding.code, finding.message, finding.hint, note=note)


def extend(own: Document, base: Document) -> Document:
    """Lay a document over the one it extends: mappings are merged deep, all else (null too) is replaced."""
    inherited = {key: value for key, value in entries(base.data).items() if key not in OWN_KEYS}
    merged = _merged({key: value for key, value in entries(own.data).items() if key != "extends"}, inherited)
    return replace(own, data=merged, base=base, own=own.data)


def parse(
    file: str, content: bytes | str, folder: FilePath = FilePath()
) -> tuple[Document | None, tuple[Problem, ...]]:
    """Read YAML; `file` is its name for people, `folder` where its paths start. Never raises for what is written.

    The document is None where the text has no data to look at. Otherwise the problems are mistakes beside which
    the data stands, so that further stages can add theirs.
    """
    size = len(content)
    if size > MAX_BYTES:
        message = f"the file has {size // 1024} kB; {MAX_BYTES // 1024} kB is the most"
        return None, (Problem(file, 0, 1, 1, "too-large", message, "move long texts to files of their own"),)
    text, undecodable = _decode(content)
    if undecodable is not None:
        return None, (Document(file, text, None).problem_of(undecodable),)
    tree = read(text)
    document = Document(file, text, tree.data, folder)
    problems = tuple(map(document.problem_of, tree.findings))
    return (document if tree.nodes else None), problems


def _decode(content: bytes | str) -> tuple[str, Finding | None]:
    if isinstance(content, str):
        return content.removeprefix("\ufeff"), None
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        before = split_lines(content[: error.start].decode("utf-8-sig", "replace"))
        place = Place(len(before), len(before[-1]) + 1)
        message = f"the byte 0x{content[error.start]:02x} is not UTF-8"
        return content.decode("utf-8-sig", "replace"), Finding(place, "encoding", message, "save the file as UTF-8")


def _inherits(path: Path, own: Any, base: Any) -> bool:
    """Whether the value at `path` is not in the file's own data but in those below them."""
    if path[:1] and path[0] in OWN_KEYS:
        return False
    for part in path:
        if not isinstance(own, dict) or not isinstance(base, dict):
            return False
        if part not in own:
            return part in base
        own, base = entries(own)[str(part)], entries(base).get(str(part))
    return False


def _merged(own: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    result = {**base, **own}
    for key in own.keys() & base.keys():
        if isinstance(own[key], dict) and isinstance(base[key], dict):
            result[key] = _merged(entries(own[key]), entries(base[key]))
    return result
