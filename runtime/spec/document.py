"""YAML text -> plain data that knows where each value stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from yaml.nodes import Node, ScalarNode

from runtime.spec.nodes import compose
from runtime.spec.problem import Finding, Place, Problem
from runtime.spec.syntax import split_lines
from runtime.spec.values import Path, Tree, build, span

MAX_BYTES = 512 * 1024
# Keys whose values are nobody's business, also where a line of the file is shown: shown as stars.
_HIDDEN = r"(?:[\w-]*[_-])?(?:api[_-]?key|secret|password|authorization|token)|tokens"
_HIDDEN_KEY = re.compile(_HIDDEN, re.IGNORECASE)
# On a line of its own a value reaches to the end; in braces, to the next comma.
_HIDDEN_LINE = re.compile(
    rf"""^[\s-]*["']?(?:{_HIDDEN})["']?\s*:\s+(.*)
    |[{{,]\s*["']?(?:{_HIDDEN})["']?\s*:\s+("(?:[^"\\]|\\.)*"|'[^']*'|\[[^\]]*|[^,}}]*)""",
    re.IGNORECASE | re.VERBOSE,
)
_REFERENCE = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Document:
    """One file's text and data. Positions are found when they are asked for: a sound file needs none.

    `data` holds what the author wrote, with references (`${env:…}`) unresolved, and must not be changed.
    """

    file: str
    text: str = field(repr=False)
    data: Any = field(repr=False)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Give the span of the value at `path`, or of its key; where there is none, of its nearest parent."""
        nodes = _tree(self.text).nodes
        while path and path not in nodes:
            path = path[:-1]
        if path not in nodes:
            return Place(1)
        name, value = nodes[path]
        unwritten = value.start_mark.index == value.end_mark.index
        return span(name if name is not None and (key or unwritten) else value, self.text)

    def content_place(self, path: Path, line_offset: int) -> Place:
        """Give where a line of a text's content stands in the file, as written there; offset 0 is its first line.

        For a literal block (`|`) that is exact; in texts that YAML folds, it is the line with its beginning.
        """
        node = _node(self.text, path)
        lines = split_lines(self.text)
        row = _content_row(node, lines, line_offset) if isinstance(node, ScalarNode) else None
        if row is None or not lines[row].strip():
            return self.place(path)
        written = lines[row].strip()
        return Place(row + 1, lines[row].index(written) + 1, len(written))

    def content_problem(self, path: Path, line_offset: int, code: str, message: str, hint: str = "") -> Problem:
        """Build a problem at a line of a text's content, counted as in `content_place`."""
        return self.problem_at(self.content_place(path, line_offset), code, message, hint)

    def find(self, path: Path, written: str, nth: int = 0) -> Place:
        """Give the span of the nth (from 0) `written` inside the text at `path`; else of the whole text."""
        node = _node(self.text, path)
        if node is None:
            return self.place(path)
        start, end = node.start_mark, node.end_mark
        at = start.index
        for _ in range(nth + 1):
            at = self.text.find(written, at, end.index) + 1
            if at == 0:
                return self.place(path)
        before = split_lines(self.text[start.index : at - 1])
        column = len(before[-1]) + 1 + (start.column if len(before) == 1 else 0)
        return Place(start.line + len(before), column, len(written))

    def written(self, path: Path) -> str:
        """Give a value as it is written in the file; empty for one that is hidden or takes several lines."""
        node = _node(self.text, path)
        if node is None or is_secret(path) or node.start_mark.line != node.end_mark.line:
            return ""
        return self.text[node.start_mark.index : node.end_mark.index]

    def problem(
        self, path: Path, code: str, message: str, hint: str = "", *, key: bool = False, note: str = ""
    ) -> Problem:
        """Build a problem at the value at `path`, or at its key. The line that it shows hides secrets."""
        problem = self.problem_at(self.place(path, key=key), code, message, hint, note=note)
        if key or not is_secret(path):
            return problem
        start, end = problem.column - 1, problem.column - 1 + problem.length
        line = problem.source_line
        return replace(problem, source_line=line[:start] + "*" * len(line[start:end]) + line[end:])

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
        """Build a problem at a place of this file."""
        lines = split_lines(self.text)
        source = _masked(lines[place.line - 1]) if 0 < place.line <= len(lines) else ""
        return Problem(self.file, place.line, place.column, place.length, code, message, hint, severity, source, note)

    def problem_of(self, finding: Finding) -> Problem:
        """Build a problem from a finding in this file's text."""
        note = f"{self.file}:{finding.note_line}: {finding.note}" if finding.note_line else finding.note
        return self.problem_at(finding.place, finding.code, finding.message, finding.hint, note=note)


def is_secret(path: Path) -> bool:
    """Say whether the value at the path must not be shown."""
    return any(isinstance(part, str) and _HIDDEN_KEY.fullmatch(part) for part in path)


def parse(file: str, content: bytes | str) -> tuple[Document | None, tuple[Problem, ...]]:
    """Read YAML; `file` is its name for people. Never raises for what is written.

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
    tree = _read(text)
    document = Document(file, text, tree.data)
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


def _read(text: str) -> Tree:
    composed = compose(text)
    if composed.root is None:
        findings = composed.findings or [Finding(Place(), "empty", "the file holds no agent", _STARTER)]
        return Tree(None, {}, findings)
    tree = build(composed.root, text)
    tree.findings[:0] = composed.findings
    if tree.data is None and not tree.findings:
        return Tree(None, {}, [Finding(Place(), "empty", "the file holds no agent", _STARTER)])
    return tree


_STARTER = "an agent needs at least `model:` and `instructions:`"


@lru_cache(maxsize=4)
def _tree(text: str) -> Tree:
    """The nodes of a text that has problems; kept while its problems are being told."""
    return _read(text)


def _node(text: str, path: Path) -> Node | None:
    return _tree(text).nodes.get(path, (None, None))[1]


def _content_row(node: ScalarNode, lines: list[str], offset: int) -> int | None:
    """The row (from 0) of the file that holds a line of a scalar's content; None where the scalar is one line."""
    first, last = node.start_mark.line, min(node.end_mark.line, len(lines) - 1)
    if first == node.end_mark.line or offset < 0:
        return None
    if node.style == "|":
        return first + 1 + offset if first + 1 + offset <= last else None
    content = node.value.split("\n")
    wanted = content[offset].strip() if offset < len(content) else ""
    written = {row: lines[row].strip().rstrip("\"'") for row in range(first, last + 1)}
    return next((row for row, part in written.items() if part and wanted.startswith(part)), None)


def _masked(line: str) -> str:
    """The line with secrets that stand in it as stars, as long as they were, so that columns stay."""
    return _HIDDEN_LINE.sub(_hide, line)


def _hide(found: re.Match[str]) -> str:
    value = found[1] or found[2] or ""
    parts = re.split(rf"({_REFERENCE.pattern})", value)
    shown = (part if _REFERENCE.fullmatch(part) else re.sub(r"[^\s,\[\]{}\"']", "*", part) for part in parts)
    return found[0].removesuffix(value) + "".join(shown)
