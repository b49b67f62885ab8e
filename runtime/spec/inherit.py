"""`extends`: a spec on top of the files it takes its keys from.

The chain is walked from the spec down and then laid together from the bottom up. What goes wrong on the way is
told at the `extends` value that leads there; what is wrong in a base, in the base.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from runtime.spec.document import Document, extend
from runtime.spec.library import Trail
from runtime.spec.nearest import nearest
from runtime.spec.problem import Problem, extended_by
from runtime.spec.read import Unreadable, names_in
from runtime.spec.schema import check
from runtime.spec.values import entries

MAX_BASES = 16
# Longer names are not repeated in a message: the line below shows them.
_QUOTABLE = 80
# How many of a folder's files a hint names.
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Lineage:
    """A spec with all that it extends; not `complete` where a base is lacking, so that keys may be, too."""

    document: Document
    problems: tuple[Problem, ...]
    complete: bool


def inherit(document: Document, path: Path, trail: Trail) -> Lineage:
    """Follow the `extends` of the file at `path`, whose own document this is."""
    return _Descent(document, path, trail).lineage()


class _Descent:
    """The way down: `_documents` are the files so far, the spec first, and `_paths` where they are."""

    __slots__ = ("_documents", "_paths", "_problems", "_trail")

    def __init__(self, document: Document, path: Path, trail: Trail) -> None:
        self._trail = trail
        self._documents = [document]
        self._paths = [path]
        self._problems: list[Problem] = []

    def lineage(self) -> Lineage:
        complete = True
        while complete and "extends" in entries(self._documents[-1].data):
            complete = self._descend()
        whole = self._documents[-1]
        for own in reversed(self._documents[:-1]):
            whole = extend(own, whole)
        spec = self._documents[0].file
        return Lineage(whole, tuple(extended_by(each, spec) for each in self._problems), complete)

    def _descend(self) -> bool:
        """Take one step down; whether there was something to stand on."""
        document = self._documents[-1]
        name = document.data["extends"]
        if not isinstance(name, str) or not name:
            self._problems += check(document, {"extends": name})
            return False
        target = self._target(document, name)
        if self._refuse(name, target):
            return False
        parsed = self._trail.base(target)
        if isinstance(parsed, Unreadable):
            self._refuse_file(name, target, parsed)
            return False
        self._problems += parsed.problems
        base = parsed.document
        if base is None:
            return False
        if not isinstance(base.data, dict):
            self._problems += check(base, base.data)
            return False
        self._documents.append(base)
        self._paths.append(target)
        return True

    def _target(self, document: Document, name: str) -> Path:
        """The file that is meant, without `.` and `..` below the agents' folder, so that one file has one name."""
        root = self._trail.library.root
        return root / os.path.normpath(Path(os.path.relpath(document.folder, root)) / name)

    def _refuse(self, name: str, target: Path) -> bool:
        """Whether the file may not be extended, whatever is in it."""
        if not self._trail.library.holds(target.parent):
            self._trail.refuse(target)
            self._problem("outside-folder", f"{_shown(name)} lies outside the agents' folder", "keep it in that folder")
        elif target in self._paths:
            circle = [*self._paths[self._paths.index(target) :], target]
            shown = " → ".join(map(self._trail.library.local, circle))
            self._problem("extends-cycle", f"this goes round in a circle: {shown}", "remove one `extends` of these")
        elif len(self._documents) > MAX_BASES:
            message = f"the chain of files is longer than {MAX_BASES}"
            self._problem("too-deep", message, "extend a file nearer to the end of the chain")
        else:
            return False
        return True

    def _refuse_file(self, name: str, target: Path, why: Unreadable) -> None:
        if not why.missing:
            self._problem("unreadable", f"{_shown(name)} {why.reason}", why.hint)
            return
        inside = [each for each in names_in(target.parent) if each != self._paths[-1].name]
        stems = {Path(each).stem: each for each in inside}
        near = nearest(target.stem, stems)
        before = name.removesuffix(target.name)
        if "${" in name:
            hint = "write the file's name itself: references are not resolved here"
        elif near is not None:
            hint = f"did you mean '{before}{stems[near]}'?"
        else:
            hint = f"files there: {_listed(inside)}" if inside else "paths start from the folder of this file"
        self._problem("missing-base", f"{_shown(name)} does not exist", hint)

    def _problem(self, code: str, message: str, hint: str) -> None:
        self._problems.append(self._documents[-1].problem(("extends",), code, message, hint))


def _shown(name: str) -> str:
    return f"the file {name}" if len(name) <= _QUOTABLE else "this file"


def _listed(names: list[str]) -> str:
    """Fragments first: they are there to be extended."""
    ordered = sorted(names, key=lambda name: not name.startswith("_"))
    return ", ".join(ordered[:_NAMED]) + (", …" if len(ordered) > _NAMED else "")
