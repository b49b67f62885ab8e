"""What the runtime asks of a tool, whatever its kind."""

from __future__ import annotations

from typing import Any, Protocol

from runtime.chat import ToolDeclaration
from runtime.sources import SourceRef


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
    def confirm(self) -> bool:
        """Whether the user must agree before the tool is called."""
        ...

    @property
    def sources(self) -> tuple[SourceRef, ...]:
        """The files that the tool was made of: when one changes, new sessions need the tool made anew."""
        ...

    async def call(self, arguments: Any) -> Any:
        """Call the tool with decoded JSON, normally an object, and return a value of JSON's own types.

        Raises ToolError with a sentence for the model: arguments it can repair, a failure, or no answer in
        time. Cancelling the caller drops the call.
        """
        ...
