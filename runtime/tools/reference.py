"""The text that names a Python tool: `package.module:function`."""

from __future__ import annotations

from dataclasses import dataclass
from keyword import iskeyword

from runtime.errors import ToolError


@dataclass(frozen=True, slots=True)
class Reference:
    """A function of a module, both by name, and the text that said so."""

    module: str
    function: str
    text: str


def parse(text: str) -> Reference:
    """Read a reference; raises ToolError for all but a module's dotted name and one public name in it."""
    module, colon, function = text.partition(":")
    if not colon:
        raise ToolError(f"`{text}` names no function; write `package.module:function`{_respelled(text)}")
    if "." in function:
        raise ToolError(
            f"`{function}` in `{text}` reaches into an object; name a function of the module itself, "
            f"such as `{module}:{function.rpartition('.')[2]}`"
        )
    for part in (*module.split("."), function):
        _check(part, text)
    return Reference(module, function, text)


def _respelled(text: str) -> str:
    module, dot, function = text.rpartition(".")
    return f", here `{module}:{function}`" if dot and function.isidentifier() and module else ""


def _check(part: str, text: str) -> None:
    if not part.isidentifier() or iskeyword(part):
        raise ToolError(f"`{part}` in `{text}` is not a Python name; write `package.module:function`")
    if part.startswith("_"):
        raise ToolError(f"`{part}` in `{text}` is private; refer to a name that does not start with `_`")
