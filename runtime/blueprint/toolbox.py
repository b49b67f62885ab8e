"""Tools of a spec, bound by their kind."""

from __future__ import annotations

from dataclasses import dataclass, field

from runtime.blueprint.prompt import BUILTIN_VARIABLES
from runtime.spec.model import AgentSpec, ToolSpec
from runtime.tools import builtin, python
from runtime.tools.executor import Executors
from runtime.tools.http.client import HttpClients
from runtime.tools.paths import ToolPaths
from runtime.tools.port import Tool


@dataclass(frozen=True, slots=True)
class Toolbox:
    """What tools need of the process: where their code is, where it runs, and connections for requests."""

    paths: ToolPaths
    executors: Executors = field(default_factory=Executors)
    clients: HttpClients = field(default_factory=HttpClients)

    def bind(self, tool: ToolSpec, spec: AgentSpec) -> Tool:
        """Make the tool callable. Raises ToolError, or DeclarationErrors where places are known."""
        if tool.http is not None:
            from runtime.tools.http import bind

            return bind.bind(
                tool.name,
                tool.http,
                variables={*BUILTIN_VARIABLES, *(variable.name for variable in spec.variables)},
                description=tool.description,
                parameters=tool.parameters,
                timeout_ms=tool.timeout_ms,
                examples=tool.examples,
                client=self.clients.of(spec.name, self.executors.of(spec.name)),
            )
        if tool.builtin:
            return builtin.bind(
                tool.name,
                tool.builtin,
                description=tool.description,
                timeout_ms=tool.timeout_ms,
                examples=tool.examples,
            )
        return python.bind(
            tool.name,
            tool.python,
            paths=self.paths,
            description=tool.description,
            parameters=tool.parameters,
            timeout_ms=tool.timeout_ms,
            examples=tool.examples,
            executor=self.executors.of(spec.name),
        )

    async def aclose(self) -> None:
        """Take no more calls and close every connection."""
        self.executors.close()
        await self.clients.aclose()


def acts(tool: ToolSpec) -> bool:
    """Does the tool change something, as far as its spec tells? A function does not tell."""
    return tool.http is not None and tool.http.method != "GET"


def finishes(tool: ToolSpec) -> bool:
    """Does a run go on when the user interrupts? Only what reads and nothing else may be cut by default."""
    if tool.on_interrupt:
        return tool.on_interrupt == "finish"
    return tool.http is None or acts(tool)
