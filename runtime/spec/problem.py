"""One mistake in a file, and the one way it is shown to people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

# A line longer than this is shown as the part around the caret.
WIDEST = 160
# The joiners that shape Arabic, Indic and emoji text: invisible, but wrong to replace.
_JOINERS = "\u200c\u200d"
_EXTENDS = "extends this file"


@dataclass(frozen=True, slots=True)
class Place:
    """A span within one line: line and column count from 1, in characters. Line 0 is the file as a whole."""

    line: int = 0
    column: int = 1
    length: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before its file is known. `note_line` is the line that `note` points at, 0 for none."""

    place: Place
    code: str
    message: str
    hint: str = ""
    note_line: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and (`hint`) what would be right.

    `file` is the name that people see. `code` is a short kebab-case word that stays when the wording changes.
    `note` points at another place that has to do with it. `severity` is error or warning; only errors keep an
    agent from being served.
    """

    file: str
    line: int
    column: int
    length: int
    code: str
    message: str
    hint: str = ""
    severity: str = "error"
    source_line: str = ""
    note: str = ""

    @property
    def position(self) -> tuple[int, int]:
        """Line and column, by which problems of a file are sorted."""
        return self.line, self.column


def has_errors(problems: Sequence[Problem]) -> bool:
    """Say whether any of the problems keeps its agent from being served."""
    return any(problem.severity == "error" for problem in problems)


def extended_by(problem: Problem, file: str) -> Problem:
    """Note which spec a problem in another file keeps from being served; one in the spec itself stays as it is."""
    if problem.file == file:
        return problem
    note = f"{file} {_EXTENDS}"
    return replace(problem, note=f"{problem.note}; {note}" if problem.note else note)


def identity(problem: Problem) -> tuple[str, tuple[int, int], str, str]:
    """Give what makes a problem the same one, whichever of the specs that share its file told it."""
    return problem.file, problem.position, problem.code, problem.message


def distinct(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Tell each problem once; the note of one in a shared file counts the other specs that it keeps back."""
    first: dict[tuple[str, tuple[int, int], str, str], Problem] = {}
    others: dict[tuple[str, tuple[int, int], str, str], int] = {}
    for problem in problems:
        same = identity(problem)
        if same in first and problem.note.endswith(_EXTENDS):
            others[same] = others.get(same, 0) + 1
        first.setdefault(same, problem)
    return tuple(_counted(problem, others.get(same, 0)) for same, problem in first.items())


def _counted(problem: Problem, others: int) -> Problem:
    if not others or not problem.note.endswith(_EXTENDS):
        return problem
    return replace(problem, note=f"{problem.note}, and so {'does' if others == 1 else 'do'} {others} more")


def render(problem: Problem, *, color: bool = False) -> str:
    """Show a problem as compilers do, without a newline at the end; `color` adds ANSI escapes.

    >>> print(render(Problem("a.yaml", 1, 1, 4, "unknown-key", "unknown key 'naem'", "did you mean 'name'?",
    ...                      source_line="naem: ada")))
    a.yaml:1:1: error[unknown-key]: unknown key 'naem'
    1 | naem: ada
      | ^^^^
      = help: did you mean 'name'?
    """
    paint = _Paint(enabled=color)
    tone = "31" if problem.severity == "error" else "33"
    where = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file
    label = paint(f"{problem.severity}[{problem.code}]", f"1;{tone}")
    rows = [f"{paint(where, '1')}: {label}: {_printable(problem.message)}"]
    margin = " " * len(str(problem.line)) if problem.line else ""
    if problem.line:
        shown, caret = _excerpt(problem)
        rows.append(f"{paint(f'{problem.line} |', '34')} {shown}".rstrip())
        rows.append(f"{paint(f'{margin} |', '34')} {paint(caret, f'1;{tone}')}")
    for word, text in (("help", problem.hint), ("note", problem.note)):
        if text:
            rows.append(f"{margin} {paint('=', '34')} {word}: {_printable(text)}")
    return "\n".join(rows)


class _Paint:
    """Wraps text in an ANSI colour, or leaves it alone."""

    __slots__ = ("_enabled",)

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled

    def __call__(self, text: str, tone: str) -> str:
        return f"\x1b[{tone}m{text}\x1b[0m" if self._enabled else text


def _excerpt(problem: Problem) -> tuple[str, str]:
    """The part of the line to show, and the carets that stand under the span."""
    line, begin = problem.source_line, problem.column - 1
    end = min(begin + max(problem.length, 1), max(len(line), begin + 1))
    first = 0 if len(line) <= WIDEST else max(0, begin - WIDEST // 3)
    last = min(len(line), first + WIDEST)
    head = "…" if first else ""
    tail = "…" if last < len(line) else ""
    indent = " " * (len(head) + _width(line[first:begin]))
    caret = "^" * max(1, _width(line[begin : min(end, last)]))
    return head + _printable(line[first:last]) + tail, indent + caret


def _printable(text: str) -> str:
    """Tabs as four spaces; what a terminal would obey or hide as a replacement character."""
    return text if text.isascii() and text.isprintable() else "".join(map(_glyph, text))


def _glyph(char: str) -> str:
    if char == "\t":
        return "    "
    if char.isprintable() or char in _JOINERS or unicodedata.category(char) == "Zs":
        return char
    return "\ufffd"


def _width(text: str) -> int:
    """Columns that the text takes on a terminal (UAX #11: wide and fullwidth characters take two)."""
    return len(text) if text.isascii() and "\t" not in text else sum(map(_columns, text))


def _columns(char: str) -> int:
    if char == "\t":
        return 4
    if char in _JOINERS or unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
