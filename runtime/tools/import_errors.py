"""Why a tool's module cannot be imported: which line of the author's file, and what is wrong there."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from traceback import walk_tb

from runtime.tools.namespaces import public

_log = logging.getLogger("runtime.tools")
# "cannot import name 'a' from 'b' (/where/b.py)": the path is nobody's business.
_PATH = re.compile(r" \([^()]*\)$")


def explain(error: BaseException, folder: Path) -> str:
    """Return `file, line n: reason`; the file is relative to the folder, and left out for installed code.

    The text of an exception that is not about names or syntax may hold anything, so only its type is told;
    the log has the rest.
    """
    place, reason = _place(error, folder), _reason(error)
    if reason is None:
        _log.warning("a tool's module failed while it was imported", exc_info=error)
        reason = f"it raises {type(error).__name__}"
    return public(f"{place}: {reason}" if place else reason)


def _reason(error: BaseException) -> str | None:
    if isinstance(error, SyntaxError):
        return error.msg
    text = str(error)
    if isinstance(error, NameError | ModuleNotFoundError):
        return text
    if isinstance(error, ImportError) and text.startswith("cannot import name "):
        return _PATH.sub("", text)
    return None


def _place(error: BaseException, folder: Path) -> str:
    lines = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        lines.append((error.filename or "", error.lineno or 0))
    own = [(Path(file), line) for file, line in lines if Path(file).is_relative_to(folder)]
    if not own:
        return ""
    file, line = own[-1]
    return f"{file.relative_to(folder).as_posix()}, line {line}"
