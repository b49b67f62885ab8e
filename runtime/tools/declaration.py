"""What is wrong with a tool's declaration, at its places in the spec."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.errors import ToolError

Path = tuple[str | int, ...]


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
