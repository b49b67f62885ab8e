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
import logging
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import resolve_name, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from runtime.tools import dialect
from runtime.tools.dependencies import Dependencies
from runtime.tools.snapshots import Snapshot

ROOT = "callboard_tools"
_PRIVATE = re.compile(rf"\b{ROOT}\.r\d+(\.|\b)")
_numbers = itertools.count(1)
_namespaces: dict[str, Namespace] = {}


class Namespace:
    """One state of a folder: the modules imported from it so far, all from one snapshot of its files.

    Its modules stay registered until `close`, because tools bound to them may import more of it while they run.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.dependencies = Dependencies(snapshot)
        self.name = f"{ROOT}.r{next(_numbers)}"
        self._importlib = dialect.importlib_with(self._import_module)
        self.builtins = {**vars(builtins), "__import__": self._import, "print": dialect.print_aside}
        _register(self)

    def holds(self, module: str) -> bool:
        """Whether the first part of a dotted name is a module or package of the folder."""
        return self.snapshot.locate(module.partition(".")[0]) is not None

    def load(self, module: str) -> ModuleType:
        """Import a module of the folder; raises whatever its code raises."""
        return importlib.import_module(f"{self.name}.{module}")

    def close(self) -> None:
        """Forget the modules and their loggers. Who still holds one may use it, but import no more through it."""
        # Called while garbage is collected, at any point of any thread: so no lock, and one atomic step at a time.
        _namespaces.pop(self.name.partition(".")[2], None)
        named: tuple[dict[str, Any], ...] = (sys.modules, logging.root.manager.loggerDict)
        for names in named:
            for name in tuple(names):
                if f"{name}.".startswith(f"{self.name}."):
                    names.pop(name, None)

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - the names of builtins.__import__
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level or not self.holds(name):
            imported = builtins.__import__(name, globals, locals, fromlist or (), level)
        elif fromlist:
            imported = builtins.__import__(f"{self.name}.{name}", globals, locals, fromlist, 0)
        else:
            self.load(name)  # `import a.b` binds `a`
            imported = sys.modules[f"{self.name}.{name.partition('.')[0]}"]
        if globals is None:  # a call; a statement is known from the text
            self._depends(dialect.caller(), name, *(f"{name}.{item}" for item in fromlist or ()))
        elif fromlist and "*" in fromlist:  # what that means, the text does not say
            every: Sequence[str] = vars(imported).get("__all__", ())
            self._depends(str(globals["__name__"]), *(self._own(f"{imported.__name__}.{item}") for item in every))
        return self._importlib if imported is importlib else imported

    def _import_module(self, name: str, package: str | None = None) -> ModuleType:
        absolute = resolve_name(name, package)
        own = absolute if self.holds(absolute) else self._own(absolute)
        self._depends(dialect.caller(), own)
        return self.load(own) if self.holds(own) else importlib.import_module(absolute)

    def _depends(self, importer: str, *modules: str) -> None:
        for module in modules:
            self.dependencies.add(self._own(importer), module)

    def _own(self, name: str) -> str:
        """Return the name that a module of the folder goes by there."""
        return name.removeprefix(f"{self.name}.")


class _Loader(SourceFileLoader):
    """Compiles the snapshot's bytes: the file may have changed, and a .pyc be stale as edits share size and time."""

    def __init__(self, fullname: str, path: Path, namespace: Namespace) -> None:
        super().__init__(fullname, str(path))
        self._namespace = namespace

    def get_code(self, fullname: str) -> CodeType:  # type: ignore[explicit-override]  # typing.override is 3.12's
        source = self._namespace.snapshot.read(Path(self.path))
        return compile(source, self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:  # type: ignore[explicit-override]  # as above
        module.__dict__["__builtins__"] = self._namespace.builtins
        super().exec_module(module)


class _Finder:
    """Finds what is below `callboard_tools`, and nothing else."""

    def find_spec(self, fullname: str, _path: Any, _target: Any = None) -> ModuleSpec | None:
        root, _, rest = fullname.partition(".")
        if root != ROOT:
            return None
        revision, _, module = rest.partition(".")
        namespace = _namespaces.get(revision)
        found = namespace.snapshot.locate(module) if namespace is not None else None
        if namespace is None or found is None:
            # Raised, as the finders to come would look into the folder of today.
            raise ModuleNotFoundError(f"No module named '{fullname}'", name=fullname)
        if found.suffix != ".py":
            package = ModuleSpec(fullname, None, is_package=True)
            package.submodule_search_locations = [str(found)]
            return package
        inside = [str(found.parent)] if found.name == "__init__.py" else None
        loader = _Loader(fullname, found, namespace)
        return spec_from_file_location(fullname, found, loader=loader, submodule_search_locations=inside)


def public(text: str) -> str:
    """Return a text with the private module names replaced by those that the author wrote."""
    return _PRIVATE.sub(lambda name: "" if name[1] else "the folder", text)


def _register(namespace: Namespace) -> None:
    if ROOT not in sys.modules:
        sys.modules[ROOT] = _package(ROOT, [])
        logging.getLogger(ROOT)  # a parent that is no logger would list all loggers that ever were below it
        sys.meta_path.insert(0, _Finder())
    _namespaces[namespace.name.partition(".")[2]] = namespace
    sys.modules[namespace.name] = _package(namespace.name, [str(namespace.snapshot.folder)])


def _package(name: str, path: list[str]) -> ModuleType:
    module = ModuleType(name)
    module.__path__ = path
    return module
