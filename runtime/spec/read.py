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
class Listing:
    """The files directly in a folder, by name: specs, and the fragments (`_*.yaml`) that specs extend.

    `shown` is the folder in the names that people see, empty for the working directory. `problems` are the
    folder's own.
    """

    shown: str
    specs: tuple[Path, ...] = ()
    fragments: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a file cannot be read: `it …` as the end of a sentence, and what to do about it."""

    reason: str
    hint: str
    missing: bool = False


def list_folder(path: Path) -> Listing:
    """List the specs and fragments of a folder. Never raises for what is there, or is not.

    Names that begin with `.` are left out, as are those that end in neither .yaml nor .yml. An empty folder is a
    warning. One that is not there, or cannot be read, is an error: it does not mean that there are no agents.
    """
    prefix = folder_name(path)
    try:
        names = _names(path)
    except (OSError, ValueError) as error:
        return Listing(prefix, problems=(_no_folder(_shown(path), error),))
    specs = tuple(path / name for name in names if not name.startswith("_"))
    fragments = tuple(path / name for name in names if name.startswith("_"))
    if specs:
        return Listing(prefix, specs, fragments)
    hint = "add a file whose name ends in .yaml and does not begin with _ or ."
    empty = Problem(_shown(path), 0, 1, 1, "no-agents", "the folder holds no agent", hint, "warning")
    return Listing(prefix, specs, fragments, (empty,))


def names_in(path: Path) -> list[str]:
    """Give the names of the specs and fragments in a folder, none where it cannot be read."""
    try:
        return _names(path)
    except (OSError, ValueError):
        return []


def folder_name(path: Path) -> str:
    """Name a folder in front of its files' names: relative to the working directory, else its last part."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    here = Path.cwd()
    short = whole.relative_to(here) if whole.is_relative_to(here) else Path(whole.name)
    return "" if short == Path() else printable(short.as_posix())


def printable(name: str) -> str:
    """Give a file's name as text that any output takes: bytes that are no UTF-8 are replaced."""
    return os.fsencode(name).decode("utf-8", "replace")


def read_file(path: Path) -> SourceFile | Problem:
    """Read one file."""
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


def _names(path: Path) -> list[str]:
    return sorted(name for name in os.listdir(path) if _is_yaml(name))  # noqa: PTH208 - gives bare names


def _is_yaml(name: str) -> bool:
    return not name.startswith(".") and os.path.splitext(name)[1].lower() in _ENDINGS  # noqa: PTH122 - thousands


def _shown(path: Path) -> str:
    """The path relative to the working directory when it is below it; otherwise its last two parts."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
    here = Path.cwd()
    short = whole.relative_to(here) if whole.is_relative_to(here) else Path(*whole.parts[-2:])
    return printable(short.as_posix())


def _no_folder(shown: str, error: OSError | ValueError) -> Problem:
    match getattr(error, "errno", errno.ENOENT):
        case errno.ENOENT:
            message, hint = (
                "there is no such folder",
                f"make it (mkdir {shown}), or name another with --agents",
            )
        case errno.ENOTDIR:
            message, hint = "this is not a folder", "name the folder that holds the specs"
        case _:
            message, hint = f"the folder cannot be read: {_words(error)}", "let the server's user read it"
    return Problem(shown, 0, 1, 1, "source-unavailable", message, hint)


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


def _words(error: OSError | ValueError) -> str:
    return (getattr(error, "strerror", None) or "unknown reason").lower()
