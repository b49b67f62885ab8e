"""One pass over the files of a folder: each is read once, and parsed once however many specs extend it."""

from __future__ import annotations

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from runtime.sources import SourceRef, digest_of
from runtime.spec.document import Document, parse
from runtime.spec.problem import Problem
from runtime.spec.read import SourceFile, Unreadable, printable, read_bytes


@dataclass(frozen=True, slots=True)
class Content:
    """A file's bytes and their digest, or why it could not be read and no digest."""

    data: bytes | Unreadable
    digest: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file that others extend. `document` is None where it holds no data to take over."""

    digest: str
    document: Document | None
    problems: tuple[Problem, ...]


class Library:
    """The files as one pass finds them, so that no agent mixes two states of a file.

    `shown` names the folder in front of its files' names. `kept` may bring the parsed files of earlier passes;
    those whose bytes have changed are parsed again.
    """

    __slots__ = ("_contents", "_kept", "_real", "_shown", "root")

    def __init__(self, root: Path, shown: str, kept: MutableMapping[Path, Parsed] | None = None) -> None:
        self.root = root
        self._shown = shown
        self._kept: MutableMapping[Path, Parsed] = {} if kept is None else kept
        self._real: Path | None = None
        self._contents: dict[Path, Content] = {}

    def read(self, path: Path) -> Content:
        """Give a file's content as it was when this pass first asked for it."""
        content = self._contents.get(path)
        if content is None:
            data = read_bytes(path)
            content = Content(data, "" if isinstance(data, Unreadable) else digest_of(data))
            self._contents[path] = content
        return content

    def source(self, path: Path) -> SourceFile | Problem:
        """Give one of the folder's own files, or the problem that it cannot be read."""
        data = self.read(path).data
        if isinstance(data, Unreadable):
            return Problem(self.name(path), 0, 1, 1, "unreadable", f"the file {data.reason}", data.hint)
        return SourceFile(path, self.name(path), data)

    def base(self, path: Path) -> Parsed | Unreadable:
        """Read and parse a file that another extends."""
        data = self.read(path).data
        return data if isinstance(data, Unreadable) else self.parsed(SourceFile(path, self.name(path), data))

    def parsed(self, source: SourceFile) -> Parsed:
        """Parse a file that others may extend, unless that has been done for the same bytes."""
        digest = digest_of(source.data)
        parsed = self._kept.get(source.path)
        if parsed is None or parsed.digest != digest:
            document, problems = parse(source.file, source.data, source.path.parent)
            parsed = Parsed(digest, document, tuple(map(_as_fragment, problems)))
            self._kept[source.path] = parsed
        return parsed

    def name(self, path: Path) -> str:
        """Name a file for people: its place in the folder, below the folder's own name."""
        local = self.local(path)
        return f"{self._shown}/{local}" if self._shown else local

    def local(self, path: Path) -> str:
        """Name a file from the folder on, with slashes."""
        return printable(Path(os.path.relpath(path, self.root)).as_posix())

    def holds(self, path: Path) -> bool:
        """Whether the path, with every link followed, is below the folder. A mounted ConfigMap's links are."""
        try:
            if self._real is None:
                self._real = self.root.resolve()
            return path.resolve().is_relative_to(self._real)
        except (OSError, ValueError, RuntimeError):
            # A loop of links, or a name that cannot be: reading it tells which.
            return True


class Trail:
    """What one agent is built from: every file that was asked for, found or not, and every variable."""

    __slots__ = ("_digests", "_env", "_names", "library")

    def __init__(self, library: Library, env: Mapping[str, str]) -> None:
        self.library = library
        self._env = env
        self._digests: dict[Path, str] = {}
        self._names: set[str] = set()

    def read(self, path: Path) -> bytes | Unreadable:
        """Read a file, and remember it."""
        content = self.library.read(path)
        self._digests[path] = content.digest
        return content.data

    def base(self, path: Path) -> Parsed | Unreadable:
        """Parse a file that the agent extends, and remember it."""
        self.read(path)
        return self.library.base(path)

    def refuse(self, path: Path) -> None:
        """Remember a file that is not read because of where it is: what lies there may change."""
        self._digests[path] = ""

    def begin(self, source: SourceFile) -> None:
        """Remember the spec itself, whose bytes are already here."""
        self._digests[source.path] = digest_of(source.data)

    def variable(self, name: str) -> str | None:
        """Look a variable of the environment up, and remember its name."""
        self._names.add(name)
        return self._env.get(name)

    @property
    def sources(self) -> tuple[SourceRef, ...]:
        """The files in the order in which they were asked for, the spec first; no digest where one is missing."""
        return tuple(SourceRef(path, digest) for path, digest in self._digests.items())

    @property
    def env_names(self) -> tuple[str, ...]:
        """The names of the variables, sorted."""
        return tuple(sorted(self._names))

    @property
    def digest(self) -> str:
        """Name the contents of all files and the names of all variables: of one file alone, its own digest."""
        parts = [*self._digests.values(), *(f"env:{name}" for name in self.env_names)]
        return parts[0] if len(parts) == 1 else sha256("\n".join(parts).encode()).hexdigest()[:16]


def _as_fragment(problem: Problem) -> Problem:
    if problem.code != "empty":
        return problem
    hint = "write the keys that others take over, or remove the file and every `extends` that names it"
    return replace(problem, message="the file is empty: there is nothing to take over", hint=hint)
