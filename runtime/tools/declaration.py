"""What a spec says of a tool of any kind, and what is wrong with it, at its places in the spec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.errors import ToolError

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What every kind of tool is told. A description that is empty, and parameters that are None, the kind has itself.

    `timeout_ms` bounds a whole call, `examples` are what users say to have it made.
    """

    name: str
    timeout_ms: int
    description: str = ""
    parameters: Mapping[str, Any] | None = None
    examples: tuple[str, ...] = ()


class DeclarationError(ToolError):
    """One mistake. `path` leads from the tool to the value at fault."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


class DeclarationErrors(ToolError):  # noqa: N818 - several of them
    """Everything that is wrong at once."""

    def __init__(self, found: Iterable[DeclarationError]) -> None:
        self.found = tuple(found)
        super().__init__("; ".join(map(str, self.found)))
