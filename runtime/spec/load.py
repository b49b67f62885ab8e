"""Files -> agents and problems, the whole way. `callboard check` and the server both come through here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from runtime.sources import SourceRef
from runtime.spec.assembly import Loaded, assemble, check_fragment
from runtime.spec.collisions import refuse_collisions
from runtime.spec.library import Library, Parsed
from runtime.spec.problem import Problem, distinct, identity
from runtime.spec.read import SourceFile, list_folder

__all__ = ["FolderLoader", "Loaded", "LoadedFolder", "load_file", "load_folder"]

_Check = Callable[[SourceFile, Library, Mapping[str, str]], Loaded]


@dataclass(frozen=True, slots=True)
class LoadedFolder:
    """What became of a folder's specs, in the order of their names.

    `problems` are the folder's own, and those in its fragments that no spec has. A problem in a fragment that
    several specs extend is with each of them, because each is refused for it.
    """

    specs: tuple[Loaded, ...]
    problems: tuple[Problem, ...] = ()

    def all_problems(self) -> tuple[Problem, ...]:
        """Give the folder's problems, then those of each file in order; one that specs share is told once."""
        return distinct((*self.problems, *(problem for each in self.specs for problem in each.problems)))


@dataclass(frozen=True, slots=True)
class _Known:
    """An outcome, and the values of the variables that led to it."""

    loaded: Loaded
    values: tuple[str | None, ...]


class FolderLoader:
    """Loads one folder again and again, and each time parses only what has changed since.

    What counts is content: the bytes of every file that an agent was built from, and the values of the variables
    it refers to. An agent for which those are the same is the same object as before. Not for two threads at once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Path, _Known] = {}
        self._parsed: dict[Path, Parsed] = {}

    def load(self, env: Mapping[str, str], owners: Mapping[str, str] | None = None) -> LoadedFolder:
        """Load every spec and compare them with each other. Never raises for what is written there.

        `env` answers `${env:…}`. `owners` gives for each path that is served now the file whose agent has it:
        that one keeps it where another claims it, too. A folder that cannot be read leaves what is known as it is.
        """
        listing = list_folder(self._folder)
        if not listing.specs and not listing.fragments:
            return LoadedFolder((), listing.problems)
        library = Library(self._folder, listing.shown, self._parsed)
        known: dict[Path, _Known] = {}
        specs = [self._outcome(path, assemble, library, env, known) for path in listing.specs]
        fragments = [self._outcome(path, check_fragment, library, env, known) for path in listing.fragments]
        self._known = known
        self._forget(library)
        told = {identity(problem) for each in specs for problem in each.problems}
        left = distinct(problem for each in fragments for problem in each.problems if identity(problem) not in told)
        return LoadedFolder(refuse_collisions(specs, owners or {}), (*listing.problems, *left))

    def _outcome(
        self, path: Path, check: _Check, library: Library, env: Mapping[str, str], known: dict[Path, _Known]
    ) -> Loaded:
        before = self._known.get(path)
        if before is not None and _holds(before, library, env):
            known[path] = before
            return before.loaded
        source = library.source(path)
        if isinstance(source, Problem):
            return Loaded(source.file, None, (source,), (SourceRef(path, ""),))
        loaded = check(source, library, env)
        known[path] = _Known(loaded, tuple(map(env.get, loaded.env_names)))
        return loaded

    def _forget(self, library: Library) -> None:
        """Drop the parsed files that no spec extends any more."""
        used = {ref.path for each in self._known.values() for ref in each.loaded.sources}
        for path in self._parsed.keys() - used:
            del self._parsed[path]


def load_folder(path: Path, env: Mapping[str, str]) -> LoadedFolder:
    """Load every spec of a folder once and compare them. Never raises for what is written there."""
    return FolderLoader(path).load(env)


def load_file(source: SourceFile, env: Mapping[str, str]) -> Loaded:
    """Load one spec by itself: every finding at once, sorted by place. `env` answers `${env:…}`."""
    shown = str(PurePosixPath(source.file).parent)
    return assemble(source, Library(source.path.parent, "" if shown == "." else shown), env)


def _holds(before: _Known, library: Library, env: Mapping[str, str]) -> bool:
    """Whether everything an outcome depends on is as it was; what could not be read may be there now."""
    loaded = before.loaded
    return before.values == tuple(map(env.get, loaded.env_names)) and all(
        ref.digest and library.read(ref.path).digest == ref.digest for ref in loaded.sources
    )
