"""The Python files of one folder as they were at one moment.

The bytes of a small folder are kept, so that an import inside a function finds the code that belongs to the
function, however much later it runs. Of a large one only each file's stamp is kept, and its bytes once they are
read: a file that has changed before its first reading is refused, because what it held is gone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from runtime.sources import SourceRef, digest_of

KEPT_BYTES = 2 * 1024 * 1024
"""Up to this total the bytes of all files are kept from the start."""

_Stamp: TypeAlias = tuple[int, int, int, int]
_OTHERS = ("__pycache__", "node_modules")


class SourceError(ImportError):
    """A file of the folder cannot be read as this state of it. The text names no path but the folder's own."""


class Snapshot:
    """What is known of the files. `previous` lends its bytes where they are equal, to hold them only once."""

    def __init__(self, folder: Path, previous: Snapshot | None = None) -> None:
        self.folder = folder
        self._stamps = dict(_files(folder))
        self._directories = {parent for path in self._stamps for parent in path.parents if parent != folder}
        self._kept: dict[Path, bytes] = {}
        self._refs: dict[Path, SourceRef] = {}
        if sum(size for _, size, _, _ in self._stamps.values()) < KEPT_BYTES:
            self._keep(previous.kept if previous is not None else {})

    @property
    def kept(self) -> Mapping[Path, bytes]:
        """The bytes known so far."""
        return self._kept

    def locate(self, module: str) -> Path | None:
        """Return a package's `__init__.py`, a module's file, or the directory of a package without one.

        A directory without Python, say of prompts, is none: it must not hide an installed package.
        """
        parts = module.split(".")
        if not all(part.isidentifier() for part in parts):
            return None
        place = self.folder.joinpath(*parts)
        for file in (place / "__init__.py", place.with_name(f"{place.name}.py")):
            if file in self._stamps:
                return file
        return place if place in self._directories else None

    def name_of(self, path: Path) -> str:
        """Return a file's path within the folder, with `/`, or an empty text for a file that is none of it."""
        return path.relative_to(self.folder).as_posix() if path in self._stamps else ""

    def modules(self) -> set[str]:
        """Return the dotted names of the public modules."""
        names: set[str] = set()
        for file in self._stamps:
            parts = file.relative_to(self.folder).with_suffix("").parts
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            if parts and all(part.isidentifier() and not part.startswith("_") for part in parts):
                names.add(".".join(parts))
        return names

    def read(self, path: Path) -> bytes:
        """Return the bytes of a file; raises SourceError when they cannot be had any more."""
        if path not in self._kept:
            self._kept[path] = self._read_late(path)
        return self._kept[path]

    def ref(self, path: Path) -> SourceRef:
        """Return the file and the digest of its bytes; raises SourceError like `read`."""
        if path not in self._refs:
            self._refs[path] = SourceRef(path, digest_of(self.read(path)))
        return self._refs[path]

    def is_current(self) -> bool:
        """Whether the folder still is as it was. Contents decide: two edits may share a size and a time."""
        now = dict(_files(self.folder))
        kept = dict(self._kept)  # a running tool may be importing more
        return now.keys() == self._stamps.keys() and all(
            _holds(path, kept[path]) if path in kept else now[path] == stamp for path, stamp in self._stamps.items()
        )

    def _keep(self, known: Mapping[Path, bytes]) -> None:
        for path in self._stamps:
            try:
                source = path.read_bytes()
            except OSError:  # told by `read`, to whoever imports it
                continue
            self._kept[path] = known[path] if known.get(path) == source else source

    def _read_late(self, path: Path) -> bytes:
        name = self.name_of(path)
        try:
            source, stamp = path.read_bytes(), _stamp(path.stat())
        except OSError as error:
            raise SourceError(f"`{name}` cannot be read: {error.strerror}") from None
        if stamp != self._stamps[path]:
            raise SourceError(f"`{name}` has changed since this agent was loaded, and had not been read before")
        return source


def _files(directory: Path, above: frozenset[str] = frozenset()) -> Iterator[tuple[Path, _Stamp]]:
    """Find what can be imported: `*.py` below directories with names that Python takes, installed packages left out."""
    real = os.path.realpath(directory)
    entries = _entries(directory)
    if real in above or any(entry.name == "pyvenv.cfg" for entry in entries):  # a link in a circle; an environment
        return
    for entry in entries:
        if entry.name.endswith(".py"):
            yield from _stamped(entry)
        elif entry.name.isidentifier() and entry.name not in _OTHERS and entry.is_dir():
            yield from _files(directory / entry.name, above | {real})


def _entries(directory: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(directory) as listing:
            return list(listing)
    except OSError:  # nothing below it can be imported either
        return []


def _stamped(entry: os.DirEntry[str]) -> Iterator[tuple[Path, _Stamp]]:
    with suppress(OSError):  # it has just gone
        if entry.is_file():
            yield Path(entry.path), _stamp(entry.stat())


def _stamp(stat: os.stat_result) -> _Stamp:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _holds(path: Path, source: bytes) -> bool:
    try:
        return path.read_bytes() == source
    except OSError:
        return False
