"""A tool's parameters: what the model is told, and the check that its arguments must pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from runtime.errors import ToolError
from runtime.tools.violations import Violation, sentence, shown


@dataclass(frozen=True, slots=True)
class Parameters:
    """`schema` is a JSON Schema of type object; `check` returns the keyword arguments or what is wrong."""

    schema: Mapping[str, Any]
    check: Callable[[dict[str, Any]], dict[str, Any] | list[Violation]]

    def accept(self, arguments: Any) -> dict[str, Any]:
        """Return the function's keyword arguments; raises ToolError in words that a model can act on."""
        if not isinstance(arguments, dict):
            raise ToolError(f"the arguments must be an object, not {shown(arguments)}")
        try:
            checked = self.check(cast("dict[str, Any]", arguments))
        except RecursionError:
            raise ToolError("the arguments are nested too deeply") from None
        if isinstance(checked, list):
            raise ToolError(sentence(checked))
        return checked


def unknown(name: str, known: list[str]) -> Violation:
    """Say that there is no such argument, and which there are."""
    takes = f"the arguments are {', '.join(known)}" if known else "there are no arguments"
    return Violation((name,), "", f"is not known: {takes}")
