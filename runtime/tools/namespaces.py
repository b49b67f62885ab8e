"""The modules of one folder, imported under private names.

`hotel_tools.weather` of a folder lives in `sys.modules` as `callboard_tools.r1.hotel_tools.weather`, where
`r1` is one state of that folder. So two folders, or two states of one, may hold modules of the same name, and
nothing of them shows on `sys.path`. Import statements inside these modules see the folder first: each carries
its own `__import__`, which translates the folder's names and leaves all others alone. Python's import system
does the rest: packages, relative and circular imports, locks.
"""

from __future__ import annotations

import builtins
import importlib
import itertools
import re
import sys
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

ROOT = "callboard_tools"
_PRIVATE = re.compile(rf"\b{ROOT}\.r\d+(\.|\b)")
_numbers = itertools.count(1)
_namespaces: dict[str, Namespace] = {}


class Namespace:
    """One state of a folder: the modules imported from it so far, all from the same reading of their files.

    Its modules stay registered for the life of the process, because tools bound to them may import more of it
    while they run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"{ROOT}.r{next(_numbers)}"
        self.builtins = {**vars(builtins), "__import__": self._import}
        self._digests: dict[Path, bytes] = {}
        _register(self)

    def holds(self, module: str) -> bool:
        """Whether the first part of a dotted name is a module or package of the folder."""
        return _locate(self.folder / module.partition(".")[0]) is not None

    def load(self, module: str) -> ModuleType:
        """Import a module of the folder; raises whatever its code raises."""
        return importlib.import_module(f"{self.name}.{module}")

    def read(self, path: Path) -> bytes:
        """Return a source file's bytes and remember them as part of this state."""
        source = path.read_bytes()
        self._digests[path] = _digest(source)
        return source

    def is_current(self) -> bool:
        """Whether every file read so far is still as it was. Contents decide: two edits may share a time."""
        known = tuple(self._digests.items())  # a running tool may be importing more
        return all(_unchanged(path, digest) for path, digest in known)

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - the names of builtins.__import__
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level or not self.holds(name):
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        if fromlist:
            return builtins.__import__(f"{self.name}.{name}", globals, locals, fromlist, 0)
        self.load(name)  # `import a.b` binds `a`
        return sys.modules[f"{self.name}.{name.partition('.')[0]}"]


class _Loader(SourceFileLoader):
    """Compiles the bytes it has read: a cached .pyc may be stale when two edits share size and time."""

    def __init__(self, fullname: str, path: Path, namespace: Namespace) -> None:
        super().__init__(fullname, str(path))
        self._namespace = namespace

    def get_code(self, fullname: str) -> CodeType:  # type: ignore[explicit-override]  # typing.override is 3.12's
        source = self._namespace.read(Path(self.path))
        return compile(source, self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:  # type: ignore[explicit-override]  # as above
        module.__dict__["__builtins__"] = self._namespace.builtins
        super().exec_module(module)


class _Finder:
    """Finds what is below `callboard_tools`, and nothing else."""

    def find_spec(self, fullname: str, _path: Any, _target: Any = None) -> ModuleSpec | None:
        root, _, rest = fullname.partition(".")
        revision, _, module = rest.partition(".")
        namespace = _namespaces.get(revision)
        if root != ROOT or namespace is None:
            return None
        found = _locate(namespace.folder.joinpath(*module.split(".")))
        if found is None:
            return None
        if found.is_dir():
            package = ModuleSpec(fullname, None, is_package=True)
            package.submodule_search_locations = [str(found)]
            return package
        inside = [str(found.parent)] if found.name == "__init__.py" else None
        loader = _Loader(fullname, found, namespace)
        return spec_from_file_location(fullname, found, loader=loader, submodule_search_locations=inside)


def public(text: str) -> str:
    """Return a text with the private module names replaced by those that the author wrote."""
    return _PRIVATE.sub(lambda name: "" if name[1] else "the folder", text)


def _locate(place: Path) -> Path | None:
    """Return a package's `__init__.py`, a module's file, or the directory of a package without one."""
    for file in (place / "__init__.py", place.with_name(f"{place.name}.py")):
        if file.is_file():
            return file
    # A directory of prompts or sounds must not hide an installed package of its name.
    return place if place.is_dir() and next(place.rglob("*.py"), None) else None


def _register(namespace: Namespace) -> None:
    if ROOT not in sys.modules:
        sys.modules[ROOT] = _package(ROOT, [])
        sys.meta_path.insert(0, _Finder())
    _namespaces[namespace.name.partition(".")[2]] = namespace
    sys.modules[namespace.name] = _package(namespace.name, [str(namespace.folder)])


def _package(name: str, path: list[str]) -> ModuleType:
    module = ModuleType(name)
    module.__path__ = path
    return module


def _digest(source: bytes) -> bytes:
    return blake2b(source, digest_size=16).digest()


def _unchanged(path: Path, digest: bytes) -> bool:
    try:
        return _digest(path.read_bytes()) == digest
    except OSError:
        return False
