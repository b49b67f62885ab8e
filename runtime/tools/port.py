"""What the runtime asks of a tool, whatever its kind."""

from __future__ import annotations

from typing import Any, Protocol

from runtime.chat import ToolDeclaration
from runtime.sources import SourceRef
from runtime.tools.context import Call


class Tool(Protocol):
    """One tool of one agent. It is shared by all sessions of the agent and holds nothing of any of them."""

    @property
    def declaration(self) -> ToolDeclaration:
        """The tool as the model sees it."""
        ...

    @property
    def timeout_ms(self) -> int:
        """How long one call may take, waiting for a free thread included."""
        ...

    @property
    def sources(self) -> tuple[SourceRef, ...]:
        """The files that the tool was made of: when one changes, new sessions need the tool made anew."""
        ...

    def objection(self, arguments: Any) -> str:
        """Tell what is wrong with arguments as a model wrote them, in words for it; empty where nothing is."""
        ...

    async def call(self, arguments: Any, call: Call | None = None) -> Any:
        """Call the tool with decoded JSON, normally an object, and return a value of JSON's own types.

        `call` says for whom, None: for nobody. `call.begin()` is the last thing before the tool acts. Raises
        ToolError with a sentence for the model: arguments it can repair, a failure, or no answer in time;
        WithdrawnError where nobody wants the call any more. Cancelling the caller drops the call, unless it `finishes`.
        """
        ...
