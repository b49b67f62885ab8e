"""Finding and importing the module of a tool: in the spec's folder first, then wherever the operator allows."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType, ModuleType
from weakref import WeakValueDictionary, finalize

from runtime.errors import ToolError
from runtime.sources import SourceRef
from runtime.tools.import_errors import refusal
from runtime.tools.import_thread import Failed, TooSlow, run
from runtime.tools.namespaces import Namespace, public
from runtime.tools.nearest import suggestion
from runtime.tools.paths import ToolPaths
from runtime.tools.snapshots import Snapshot

IMPORT_SECONDS = 5.0
"""How long importing a module may take, with all that it imports."""


class Revision:
    """One state of a folder, in use. Each tool bound to it holds it; when the last is gone, so are its modules.

    The modules refer to their namespace, not to this: otherwise neither would ever be garbage.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._namespace = Namespace(snapshot)
        self._complete: set[str] = set()
        self._late: dict[str, threading.Thread] = {}
        finalize(self, self._namespace.close).atexit = False

    def holds(self, name: str) -> bool:
        """Whether a module of that name would be the folder's own."""
        return self._namespace.holds(name)

    def load(self, name: str) -> ModuleType:
        """Import a module of the folder; raises Failed or TooSlow."""
        if name not in self._complete:
            self._load_anew(name)
            self._complete.add(name)
        return self._namespace.load(name)

    def _load_anew(self, name: str) -> None:
        late = self._late.get(name)
        if late is not None and late.is_alive():  # a second thread would only wait for the first
            raise TooSlow(IMPORT_SECONDS, late)
        try:
            # Of this object nothing may be in the frames of an error, which a log may keep.
            run(partial(self._namespace.load, name), IMPORT_SECONDS)
        except TooSlow as error:
            self._late[name] = error.thread
            raise

    def sources(self, name: str) -> tuple[SourceRef, ...]:
        """Return the files of the folder that one of its modules consists of."""
        return self._namespace.dependencies.sources(name)


@dataclass(frozen=True, slots=True)
class LoadedModule:
    """A module and what keeps it usable; an installed one needs nothing, and `revision` is None."""

    name: str
    module: ModuleType
    revision: Revision | None

    @property
    def sources(self) -> tuple[SourceRef, ...]:
        """The files of the folder that it consists of; grows when it imports by a name made up at run time."""
        return self.revision.sources(self.name) if self.revision is not None else ()

    @property
    def package(self) -> str:
        """The installed package that it is part of, by its first name; empty for a module of a folder."""
        return "" if self.revision is not None else self.name.partition(".")[0]

    def name_of(self, path: Path) -> str:
        """Return a file's path within the folder, with `/`, or an empty text for a file that is none of it."""
        return self.revision.snapshot.name_of(path) if self.revision is not None else ""


_lock = threading.Lock()
_newest: WeakValueDictionary[Path, Revision] = WeakValueDictionary()
_steady: ContextVar[Mapping[Path, Revision]] = ContextVar("_steady", default=MappingProxyType({}))


@contextmanager
def steady(paths: ToolPaths) -> Generator[None]:
    """Inside, all tools are bound to the folders as they are now: each is read once, and edits wait until the end."""
    now = {folder.absolute(): _current(folder.absolute()) for folder in paths.every_folder}
    token = _steady.set({**_steady.get(), **now})
    try:
        yield
    finally:
        _steady.reset(token)


def load(name: str, paths: ToolPaths) -> LoadedModule:
    """Import the module `name`; raises ToolError when there is none, its code fails or takes too long.

    The same Python files give the same module object, so that tools of one folder share its state. After an
    edit of any of them the next load reads the folder anew; what was loaded before stays as it is for as long
    as someone holds it.
    """
    owner = _owner(name, paths)
    if owner is None:
        _check_installed(name, paths)
    snapshot = (owner or _revision(paths.folder)).snapshot
    try:
        if owner is not None:
            return LoadedModule(name, owner.load(name), owner)
        return LoadedModule(name, run(partial(importlib.import_module, name), IMPORT_SECONDS), None)
    except TooSlow as late:
        raise refusal(name, late, snapshot) from None
    except Failed as failed:
        error = failed.error
        if isinstance(error, ModuleNotFoundError) and _is_about(error, name):
            raise _missing(name, snapshot) from None
        raise refusal(name, error, snapshot) from error


def sources_of(name: str, paths: ToolPaths) -> tuple[SourceRef, ...]:
    """Return the files that a module of a folder would consist of, also when it cannot be imported: none is run."""
    return (_owner(name, paths) or _revision(paths.folder)).sources(name)


def _owner(name: str, paths: ToolPaths) -> Revision | None:
    """The first folder that holds the module, or its package."""
    return next((each for each in map(_revision, paths.every_folder) if each.holds(name)), None)


def _check_installed(name: str, paths: ToolPaths) -> None:
    """Only what the operator names may be imported from elsewhere: importing runs code, and so does calling it."""
    if name.partition(".")[0] in sys.stdlib_module_names:
        raise ToolError(f"`{name}` is Python's standard library; write a function of your own that uses it")
    if paths.allows(name):
        return
    package = name.partition(".")[0]
    if not _is_installed(package):
        raise _missing(name, _revision(paths.folder).snapshot)
    raise ToolError(
        f"`{name}` is an installed package, and tools may come from the agents' folder only; "
        f"the operator can allow it with `tool_paths: [{package}]`"
    )


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):
        return False


def _revision(folder: Path) -> Revision:
    folder = folder.absolute()
    return _steady.get().get(folder) or _current(folder)


def _current(folder: Path) -> Revision:
    with _lock:
        newest = _newest.get(folder)
        if newest is None or not newest.snapshot.is_current():
            newest = _newest[folder] = Revision(Snapshot(folder, newest.snapshot if newest is not None else None))
        return newest


def _is_about(error: ModuleNotFoundError, name: str) -> bool:
    """Whether the module itself or a package around it is missing, rather than something that it imports."""
    return error.name is not None and f"{name}.".startswith(f"{public(error.name)}.")


def _missing(name: str, snapshot: Snapshot) -> ToolError:
    return ToolError(f"there is no module `{name}` beside the spec; {_instead(name, snapshot)}")


def _instead(name: str, snapshot: Snapshot) -> str:
    return suggestion(name, snapshot.modules(), f"put it into `{name.replace('.', '/')}.py`")
