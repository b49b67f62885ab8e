"""Tool calls out of the fragments in which servers stream them.

By the book (https://platform.openai.com/docs/api-reference/chat-streaming) a call's first fragment has
`index`, `id` and `function.name`, later ones `index` and a piece of `function.arguments`. Servers differ:
some send the whole call at once, some no index, some the same index for parallel calls, some no id, some all
fields every time.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

import orjson

from runtime.providers.ports import ModelPiece, ToolCallOpened, ToolCallPiece


class NamelessCallError(Exception):
    """The model called a tool without ever naming it."""


@dataclass(slots=True)
class _Call:
    position: int
    id: str = ""
    name: str = ""
    is_open: bool = False
    early: list[str] = field(default_factory=list[str])  # arguments that came before the name

    def is_other_than(self, call_id: str, name: str) -> bool:
        """Whether a fragment with these belongs to another call, though it has the index of this one."""
        if not name or not self.name:
            return False
        if call_id and self.id:
            return call_id != self.id
        return self.is_open and name != self.name

    def learn(self, call_id: str, name: str) -> None:
        """Take up an id and a name, which may come in pieces or again and again."""
        if self.is_open:
            return
        if call_id and call_id != self.id:
            self.id += call_id
        if name and name != self.name:
            self.name += name


class CallAssembly:
    """All calls of one answer."""

    __slots__ = ("_by_index", "_calls")

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._by_index: dict[Any, _Call] = {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    def feed(self, fragment: dict[str, Any], pieces: list[ModelPiece]) -> None:
        """Append what an element of `delta.tool_calls` says to `pieces`."""
        function: dict[str, Any] = fragment.get("function") or {}
        call_id, name = fragment.get("id") or "", function.get("name") or ""
        call = self._call_of(fragment.get("index"), call_id, name)
        call.learn(call_id, name)
        arguments = _json_text(function.get("arguments"))
        if not arguments:
            return
        if not call.name:
            call.early.append(arguments)
            return
        if not call.is_open:
            self._open_up_to(call, pieces)
        pieces.append(ToolCallPiece(call.position, arguments))

    def finish(self, pieces: list[ModelPiece]) -> None:
        """Open the calls that had no arguments. Raises NamelessCallError."""
        if not all(call.name for call in self._calls):
            raise NamelessCallError
        if self._calls:
            self._open_up_to(self._calls[-1], pieces)

    def _call_of(self, index: Any, call_id: str, name: str) -> _Call:
        known = self._by_index.get(index) if index is not None else self._without_index(call_id, name)
        if known is None or known.is_other_than(call_id, name):
            known = _Call(len(self._calls))
            self._calls.append(known)
            if index is not None:
                self._by_index[index] = known
        return known

    def _without_index(self, call_id: str, name: str) -> _Call | None:
        if call_id:
            same = [call for call in self._calls if call.id == call_id]
            if same:
                return same[-1]
        last = self._calls[-1] if self._calls else None
        if last is None or (name and last.name):
            return None
        return last

    def _open_up_to(self, last: _Call, pieces: list[ModelPiece]) -> None:
        """Open `last` and the named calls before it, so that calls open in the order of their positions."""
        for call in self._calls[: last.position + 1]:
            if call.is_open or not call.name:
                continue
            if not call.id or any(other.id == call.id for other in self._calls if other is not call):
                call.id = f"call_{secrets.token_hex(12)}"
            call.is_open = True
            pieces.append(ToolCallOpened(call.position, call.id, call.name))
            pieces.extend(ToolCallPiece(call.position, arguments) for arguments in call.early)
            call.early.clear()


def _json_text(arguments: Any) -> str:
    """Arguments are JSON text by the book; some servers send the object itself."""
    if isinstance(arguments, str):
        return arguments
    return "" if arguments is None else orjson.dumps(arguments).decode()
