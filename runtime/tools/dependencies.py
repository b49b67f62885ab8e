"""Which files of a folder each of its modules needs: what must be loaded anew when one of them changes."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

from runtime.sources import SourceRef
from runtime.tools import import_statements
from runtime.tools.snapshots import Snapshot, SourceError


class Dependencies:
    """Import statements are read from the text; imports by call are told by `add` as they happen."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._stated: dict[str, frozenset[str]] = {}
        self._called: dict[str, set[str]] = {}

    def add(self, importer: str, module: str) -> None:
        """Note that one module has imported another by a call such as `importlib.import_module`."""
        self._called.setdefault(importer, set()).add(module)  # atomic: tools import in several threads

    def sources(self, module: str) -> tuple[SourceRef, ...]:
        """Return the files that a module consists of, its own, its packages' and whatever they import, by path."""
        files: dict[Path, SourceRef] = {}
        seen: set[str] = set()
        ahead = [module]
        while ahead:
            for name in accumulate(ahead.pop().split("."), "{}.{}".format):
                if name not in seen:
                    seen.add(name)
                    ahead += self._of(name, files)
        return tuple(files[path] for path in sorted(files))

    def _of(self, name: str, files: dict[Path, SourceRef]) -> frozenset[str]:
        """Put the module's file into `files` and return the names that it imports."""
        path = self._snapshot.locate(name)
        if path is None or path.suffix != ".py":
            return frozenset()
        try:
            files[path] = self._snapshot.ref(path)
        except SourceError:  # never read, so nothing can have come from it
            return frozenset()
        if name not in self._stated:
            package = name if path.name == "__init__.py" else name.rpartition(".")[0]
            self._stated[name] = import_statements.names(self._snapshot.read(path), str(path), package)
        return self._stated[name] | self._called.get(name, set())
