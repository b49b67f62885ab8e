"""Tools that the runtime brings: what they do happens in the conversation itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.chat import ToolDeclaration
from runtime.errors import ToolError
from runtime.sources import SourceRef
from runtime.tools.context import Call, Caller
from runtime.tools.declaration import Terms
from runtime.tools.declared import alone
from runtime.tools.parameters import Parameters

END_CALL = "end_call"

_NO_ARGUMENTS: Mapping[str, Any] = {"type": "object", "properties": {}}


@dataclass(frozen=True, slots=True)
class _Builtin:
    """What a tool of the runtime says of itself, unless its spec says something else."""

    description: str
    result: Mapping[str, Any]
    examples: tuple[str, ...]


BUILTINS: Mapping[str, _Builtin] = {
    END_CALL: _Builtin(
        "End the conversation and hang up. Say goodbye first, in the same answer; call this when the user says "
        "goodbye or has nothing more to ask.",
        {"status": "ending", "message": "The conversation ends after your last words. Say goodbye if you have not."},
        ("(goodbye|bye|bye bye|good bye)", "(that is|that's) all [thank you|thanks]", "hang up [please]"),
    )
}


@dataclass(frozen=True, slots=True)
class BuiltinTool:
    """One of `BUILTINS`. It takes no arguments and answers at once; its effect is the conversation's."""

    declaration: ToolDeclaration
    timeout_ms: int
    _kind: str
    _parameters: Parameters

    @property
    def sources(self) -> tuple[SourceRef, ...]:
        """None."""
        return ()

    def objection(self, arguments: Any) -> str:
        """Nothing: what a model sends along changes nothing."""
        return ""

    async def call(self, arguments: Any, call: Call | None = None) -> Any:
        """See `port.Tool`."""
        del arguments
        (call or Call(Caller())).begin()
        return dict(BUILTINS[self._kind].result)


def bind(terms: Terms, kind: str) -> BuiltinTool:
    """Make a tool of the runtime's own; `kind` is a key of `BUILTINS`. Raises ToolError for parameters: it has none."""
    if terms.parameters is not None:
        raise ToolError("a tool of the runtime takes no arguments; remove `parameters`")
    builtin, parameters = BUILTINS[kind], alone(_NO_ARGUMENTS)
    declaration = ToolDeclaration(
        terms.name,
        terms.description or builtin.description,
        parameters.schema,
        terms.examples or builtin.examples,
        exact=True,
    )
    return BuiltinTool(declaration, terms.timeout_ms, kind, parameters)
