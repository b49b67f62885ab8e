"""Tools that are Python functions, named in a spec as `package.module:function`."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime.chat import ToolDeclaration
from runtime.errors import ToolError
from runtime.sources import SourceRef
from runtime.tools import modules
from runtime.tools.bounded import within
from runtime.tools.functions import find
from runtime.tools.modules import LoadedModule
from runtime.tools.parameters import Parameters
from runtime.tools.reference import parse
from runtime.tools.results import jsonable
from runtime.tools.threads import ToolThreads

_log = logging.getLogger("runtime.tools")


@dataclass(frozen=True, slots=True)
class PythonTool:
    """A bound function."""

    declaration: ToolDeclaration
    timeout_ms: int
    confirm: bool
    _parameters: Parameters = field(repr=False)
    _function: Callable[..., Any] = field(repr=False)
    _loaded: LoadedModule = field(repr=False)
    _executor: ToolThreads = field(repr=False)

    @property
    def sources(self) -> tuple[SourceRef, ...]:
        """The Python files of the spec's folder that the tool consists of, as its own revision has them.

        Sorted by path, and absolute; import statements that have not run yet count. A module whose name is made
        up at run time is among them from its first import on. None for a tool of an installed package.
        """
        return self._loaded.sources

    async def call(self, arguments: Any) -> Any:
        """Call the function with checked arguments and return its result as plain JSON; see `port.Tool`.

        An async function runs on the loop, any other in a thread. A ToolError of the function's own reaches
        the model as it is; of other errors only the type does, because their text may hold anything. The log
        has it.
        """
        name = self.declaration.name
        try:
            return await within(self.timeout_ms / 1000, self._perform(arguments), f"tool {name}")
        except TimeoutError:
            raise ToolError(f"{name} did not answer within {self.timeout_ms / 1000:g} s") from None

    async def _perform(self, arguments: Any) -> Any:
        try:
            value = await self._run(self._parameters.accept(arguments))
            return jsonable(value)
        except (ToolError, asyncio.CancelledError, GeneratorExit):
            raise
        except BaseException as error:  # noqa: BLE001 - SystemExit, out of a task, would end the loop
            _log.warning("tool %s failed", self.declaration.name, exc_info=error)
            raise ToolError(f"The tool failed: {type(error).__name__}") from None

    async def _run(self, kwargs: dict[str, Any]) -> Any:
        if inspect.iscoroutinefunction(self._function):
            return await self._function(**kwargs)
        value = await self._executor.run(self._call, kwargs)
        # A plain decorator may hide an async function.
        return await value if inspect.isawaitable(value) else value

    def _call(self, /, **kwargs: Any) -> Any:
        """Call the function; a thread that is left behind with this keeps the tool, and so its modules, usable."""
        return self._function(**kwargs)


def bind(  # noqa: PLR0913 - a tool's whole row of the spec
    name: str,
    reference: str,
    *,
    folder: Path,
    description: str,
    parameters: Mapping[str, Any] | None,
    timeout_ms: int,
    confirm: bool,
    examples: tuple[str, ...],
    executor: ToolThreads,
) -> PythonTool:
    """Find the function that `reference` names, in `folder` first, and make it a tool.

    `description` empty means: from the docstring; `parameters` None: from the type hints and the docstring.
    Raises ToolError with a sentence that says what is wrong and what would be right, and ToolModuleError where it
    is a line of the module that is wrong. Blocks while the module is imported, for `IMPORT_SECONDS` at most.
    """
    from runtime.tools import declared, docstrings, signature

    function = find(reference, folder)
    documentation = docstrings.read(function.docstring)
    text = description or documentation.text
    if not text:
        with function.to_blame():
            raise ToolError(
                f"`{reference}` says nothing about itself; write a docstring, or a `description` in the spec"
            )
    if parameters is None:
        with function.to_blame():
            accepted = signature.read(function, documentation.parameters)
    else:
        accepted = declared.read(function, parameters)
    return PythonTool(
        declaration=ToolDeclaration(name, text, accepted.schema, examples),
        timeout_ms=timeout_ms,
        confirm=confirm,
        _parameters=accepted,
        _function=function.function,
        _loaded=function.loaded,
        _executor=executor,
    )


def sources_of(reference: str, folder: Path) -> tuple[SourceRef, ...]:
    """Return the Python files of the folder behind a reference, bound or not: an edit of one may mend the tool.

    Nothing is run. Empty for an installed package, a module that is not there, and what is no reference.
    """
    try:
        return modules.sources_of(parse(reference).module, folder)
    except ToolError:
        return ()
