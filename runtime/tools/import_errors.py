"""Why a tool's module cannot be imported: which line of the author's file, and what is wrong there."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb

from runtime.errors import ToolError, ToolModuleError
from runtime.tools.import_thread import TooSlow
from runtime.tools.namespaces import public
from runtime.tools.snapshots import Snapshot, SourceError

_log = logging.getLogger("runtime.tools")
# "cannot import name 'a' from 'b' (/where/b.py)": the path is nobody's business.
_PATH = re.compile(r" \([^()]*\)$")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file of the folder, which `file` is relative to; `column` 0 means the line as a whole."""

    file: str
    line: int
    column: int = 0


def refusal(name: str, error: BaseException, snapshot: Snapshot) -> ToolError:
    """Return what to raise: a ToolModuleError where the mistake is at a line of the folder's own.

    The text of an exception that is not about names or syntax may hold anything, so only its type is told;
    the log has the rest. The name of a variable that the environment lacks is told, too: a name is no secret.
    """
    place, reason = _place(error, snapshot), _reason(error)
    if reason is None:
        _log.warning("a tool's module failed while it was imported", exc_info=error)
        reason = f"it raises {type(error).__name__}"
    if place is None:
        return ToolError(public(f"`{name}` cannot be imported: {reason}"))
    message = public(f"`{name}` cannot be imported: {place.file}, line {place.line}: {reason}")
    return ToolModuleError(message, file=place.file, line=place.line, column=place.column)


def _reason(error: BaseException) -> str | None:
    if isinstance(error, SyntaxError):
        return error.msg
    text = str(error)
    if isinstance(error, NameError | ModuleNotFoundError | SourceError | TooSlow):
        return text
    if isinstance(error, ImportError) and text.startswith("cannot import name "):
        return _PATH.sub("", text)
    missing = _missing_variable(error)
    return f"the environment variable {missing} is not set" if missing else None


def _missing_variable(error: BaseException) -> str:
    """Return X where `os.environ["X"]` raised the error, or an empty text: another KeyError may hold anything."""
    innermost = [frame.f_code for frame, _ in walk_tb(error.__traceback__)][-1:]
    if not isinstance(error, KeyError) or innermost != [type(os.environ).__getitem__.__code__]:
        return ""
    name = str(error.args[0])
    return name if _VARIABLE.fullmatch(name) else ""


def _place(error: BaseException, snapshot: Snapshot) -> Place | None:
    """Return the innermost place that is the author's; a mistake of syntax is one that no frame knows."""
    if isinstance(error, SyntaxError):
        name = snapshot.name_of(Path(error.filename or ""))
        if name:
            return Place(name, error.lineno or 1, max(error.offset or 0, 0))
    lines = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    if isinstance(error, TooSlow):
        lines += error.lines
    own = [Place(name, line) for file, line in lines if (name := snapshot.name_of(Path(file)))]
    return own[-1] if own else None
