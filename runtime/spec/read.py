"""The only access to an author's files.

A file is opened without waiting and read only when it is a regular one: a named pipe called `x.yaml` must not
hold a server up, and a device must not fill its memory.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from runtime.spec.document import MAX_BYTES
from runtime.spec.problem import Problem

_ENDINGS = {".yaml", ".yml"}
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The bytes of one spec. `file` is its name for people; its references start from `path.parent`."""

    path: Path
    file: str
    data: bytes


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """The specs of a folder, sorted by name; a problem for each that could not be read, and the folder's own."""

    files: tuple[SourceFile, ...] = ()
    unreadable: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file cannot be read: `it …` as the end of a sentence, and what to do about it."""

    reason: str
    hint: str
    missing: bool = False


def read_folder(path: Path) -> SourceFolder:
    """Read every spec directly in the folder. Never raises for what is there, or is not.

    Names that begin with `_` (fragments) or `.` are left out. An empty folder is a warning, an unreadable one
    an error: it does not mean that there are no agents.
    """
    shown = _shown(path)
    try:
        names = sorted(entry for entry in os.listdir(path) if _is_spec(entry))  # noqa: PTH208 - gives bare names
    except OSError as error:
        return SourceFolder(problems=(_no_folder(shown, error),))
    if not names:
        hint = "add a file whose name ends in .yaml and does not begin with _ or ."
        empty = Problem(shown, 0, 1, 1, "no-agents", "the folder holds no agent", hint, "warning")
        return SourceFolder(problems=(empty,))
    read = [read_file(path / name) for name in names]
    files = tuple(item for item in read if isinstance(item, SourceFile))
    return SourceFolder(files, unreadable=tuple(item for item in read if isinstance(item, Problem)))


def read_file(path: Path) -> SourceFile | Problem:
    """Read one spec."""
    content = read_bytes(path)
    if isinstance(content, Unreadable):
        return Problem(_shown(path), 0, 1, 1, "unreadable", f"the file {content.reason}", content.hint)
    return SourceFile(path, _shown(path), content)


def read_bytes(path: Path) -> bytes | Unreadable:
    """Read a regular file of at most 512 kB."""
    try:
        handle = os.open(path, _FLAGS)
    except OSError as error:
        return _refusal(error)
    except ValueError:
        return Unreadable("has a name that cannot be", "remove the zero character from its name", missing=True)
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            return Unreadable("is a folder", "put an ordinary file there, or rename the folder")
        if not stat.S_ISREG(mode):
            return Unreadable("is not a regular file", "put an ordinary file there, or rename what is")
        with os.fdopen(handle, "rb", closefd=False) as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return _refusal(error)
    finally:
        os.close(handle)
    if len(content) > MAX_BYTES:
        return Unreadable(f"has more than {MAX_BYTES // 1024} kB", "make it shorter")
    return content


def _is_spec(name: str) -> bool:
    return not name.startswith(("_", ".")) and Path(name).suffix.lower() in _ENDINGS


def _shown(path: Path) -> str:
    """The path relative to the working directory when it is below it; otherwise its last two parts."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    here = Path.cwd()
    short = whole.relative_to(here) if whole.is_relative_to(here) else Path(*whole.parts[-2:])
    return os.fsencode(short.as_posix()).decode("utf-8", "replace")


def _no_folder(shown: str, error: OSError) -> Problem:
    match error.errno:
        case errno.ENOENT:
            message, hint = (
                "there is no such folder",
                f"make it (mkdir {shown}), or name another with --agents",
            )
        case errno.ENOTDIR:
            message, hint = "this is not a folder", "name the folder that holds the specs"
        case _:
            message, hint = f"the folder cannot be read: {_words(error)}", "let the server's user read it"
    return Problem(shown, 0, 1, 1, "no-folder", message, hint)


def _refusal(error: OSError) -> Unreadable:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR | errno.ENAMETOOLONG:
            return Unreadable("does not exist", "check its name", missing=True)
        case errno.ELOOP:
            return Unreadable("is a link that leads back to itself", "point the link at a file")
        case errno.EACCES | errno.EPERM:
            return Unreadable("may not be read", "let the server's user read it")
        case _:
            return Unreadable(f"cannot be read: {_words(error)}", "try again, or look at the disk")


def _words(error: OSError) -> str:
    return (error.strerror or "unknown reason").lower()
