"""Where the functions of tools may come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ToolPaths:
    """The specs' own folder, and what the operator has added: more folders, and installed packages by name.

    A package's name allows what is below it too: `hotel` allows `hotel.rooms`, and `hotel.rooms` no `hotel`.
    """

    folder: Path
    folders: tuple[Path, ...] = ()
    packages: tuple[str, ...] = ()

    @property
    def every_folder(self) -> tuple[Path, ...]:
        """The folders in the order in which a module is looked for."""
        return (self.folder, *self.folders)

    def allows(self, module: str) -> bool:
        """Whether an installed module may be used."""
        return any(f"{module}.".startswith(f"{package}.") for package in self.packages)


def tool_paths(folder: Path, entries: Iterable[str]) -> ToolPaths:
    """Read the setting: what holds a slash, or begins with a dot or a tilde, is a folder; the rest are packages."""
    written = tuple(entries)
    folders = tuple(Path(entry).expanduser() for entry in written if is_folder(entry))
    return ToolPaths(folder, folders, tuple(entry for entry in written if not is_folder(entry)))


def is_folder(entry: str) -> bool:
    """Is an entry of the setting meant as a folder?"""
    return "/" in entry or "\\" in entry or entry.startswith((".", "~"))
