"""Tools of a spec, bound by their kind."""

from __future__ import annotations

from dataclasses import dataclass, field

from runtime.blueprint.prompt import BUILTIN_VARIABLES
from runtime.spec.model import AgentSpec, ToolSpec
from runtime.tools import builtin, python
from runtime.tools.declaration import Terms
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
        terms = Terms(tool.name, tool.timeout_ms, tool.description, tool.parameters, tool.examples)
        executor = self.executors.of(spec.name)
        if tool.http is not None:
            from runtime.tools.http import bind

            variables = {*BUILTIN_VARIABLES, *(variable.name for variable in spec.variables)}
            return bind.bind(terms, tool.http, variables=variables, client=self.clients.of(spec.name, executor))
        if tool.builtin:
            return builtin.bind(terms, tool.builtin)
        return python.bind(terms, tool.python, paths=self.paths, executor=executor)

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
