"""What a folder looks like from outside: cheap to take, and equal exactly when nothing was touched.

No file event is trusted: editors rename, ConfigMaps swap a link, bind mounts and network shares tell nothing at all.
A stat of a thousand files costs some milliseconds, so the folder is simply looked at again and again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_SKIPPED = ("~", ".swp", ".swx", ".tmp", ".pyc", ".part", ".bak")
_MAX_DEPTH = 8
_MAX_FILES = 50_000


@dataclass(frozen=True, slots=True)
class Look:
    """One file's size, times and identity; all None for a file that cannot be looked at."""

    size: int | None = None
    modified_ns: int | None = None
    changed_ns: int | None = None
    inode: int | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """The looks of all files of a folder, and of files elsewhere that its agents are built from.

    `reachable` False says that the folder itself could not be read: then nothing is known, and nothing was deleted.
    """

    looks: Mapping[Path, Look]
    reachable: bool = True

    def shrank(self, before: Scan) -> bool:
        """Did a file become empty, or lose more than half? Editors that write in place do that half-way."""
        for path, look in self.looks.items():
            earlier = before.looks.get(path)
            if earlier is not None and look.size is not None and earlier.size and look.size * 2 < earlier.size:
                return True
        return False


def scan(folder: Path, elsewhere: Iterable[Path] = ()) -> Scan:
    """Look at every file below the folder that may matter, and at those elsewhere. Never raises."""
    looks: dict[Path, Look] = {}
    try:
        _walk(folder, looks, _MAX_DEPTH)
    except OSError:
        return Scan({}, reachable=False)
    for path in elsewhere:
        if path not in looks:
            looks[path] = _look(path)
    return Scan(looks)


def _walk(folder: Path, looks: dict[Path, Look], depth: int) -> None:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            name = entry.name
            if name.startswith(".") or name.endswith(_SKIPPED) or name in ("__pycache__", "4913"):
                continue
            path = folder / name
            if _is_folder(entry):
                if depth > 0:
                    _walk_below(path, looks, depth - 1)
            elif len(looks) < _MAX_FILES:
                looks[path] = _look(path)


def _walk_below(folder: Path, looks: dict[Path, Look], depth: int) -> None:
    try:
        _walk(folder, looks, depth)
    except OSError:
        looks[folder] = Look()


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _look(path: Path) -> Look:
    """Follows links: an edit of a link's target is an edit, and so is a link that now points elsewhere."""
    try:
        found = path.stat()
    except OSError:
        return Look()
    return Look(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
