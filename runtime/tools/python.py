"""Tools that are Python functions, named in a spec as `package.module:function`."""

from __future__ import annotations

import asyncio
import inspect
import logging
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from runtime.chat import ToolDeclaration
from runtime.errors import ToolError
from runtime.sources import SourceRef
from runtime.tools import modules
from runtime.tools.blocking import is_ours, on_loop
from runtime.tools.bounded import Limit
from runtime.tools.containment import contained
from runtime.tools.context import Call, Caller, ToolContext, WithdrawnError
from runtime.tools.declaration import Terms
from runtime.tools.executor import Executor
from runtime.tools.functions import ToolFunction, find
from runtime.tools.parameters import Parameters
from runtime.tools.paths import ToolPaths
from runtime.tools.reference import parse
from runtime.tools.results import jsonable

_log = logging.getLogger("runtime.tools")


@dataclass(frozen=True, slots=True)
class PythonTool:
    """A bound function."""

    declaration: ToolDeclaration
    timeout_ms: int
    _parameters: Parameters = field(repr=False)
    _found: ToolFunction = field(repr=False)
    _executor: Executor = field(repr=False)

    @property
    def sources(self) -> tuple[SourceRef, ...]:
        """The Python files of the spec's folder that the tool consists of, as its own revision has them.

        Sorted by path, and absolute; import statements that have not run yet count. A module whose name is made
        up at run time is among them from its first import on. None for a tool of an installed package.
        """
        return self._found.loaded.sources

    def objection(self, arguments: Any) -> str:
        """See `port.Tool`. A validator that the tool's author wrote may break; that is told when the tool runs."""
        try:
            self._accept(arguments)
        except ToolError as error:
            return _text(error)
        except BaseException:  # noqa: BLE001 - as above
            return ""
        return ""

    async def call(self, arguments: Any, call: Call | None = None) -> Any:
        """Call the function with checked arguments and return its result as plain JSON; see `port.Tool`.

        An async function runs on the loop, any other in a thread. A ToolError of the function's own reaches
        the model as it is; of other errors only the type does, because their text may hold anything. The log
        has it.
        """
        limit, call = Limit(self.timeout_ms / 1000), call or Call(Caller())
        work = self._perform(arguments, call, limit)
        try:
            return await self._executor.within(limit, work, self._label, finishes=call.finishes)
        except TimeoutError:
            raise ToolError(f"{self.declaration.name} did not answer within {limit.seconds:g} s") from None

    @property
    def _label(self) -> str:
        """The tool as the log names it: `tool agent.name`."""
        agent, name = self._executor.agent, self.declaration.name
        return f"tool {agent}.{name}" if agent else f"tool {name}"

    def _accept(self, arguments: Any) -> dict[str, Any]:
        """Return the keyword arguments; a validator that the tool's author wrote runs here, on the loop."""
        with on_loop(f"checking the arguments of {self._label}", self._found.loaded.package):
            return self._parameters.accept(arguments)

    async def _perform(self, arguments: Any, call: Call, limit: Limit) -> Any:
        try:
            kwargs = self._accept(arguments)
            if self._found.context:
                kwargs[self._found.context] = ToolContext(self.declaration.name, call.caller)
            return await self._run(kwargs, call, limit)
        except (WithdrawnError, asyncio.CancelledError, GeneratorExit):
            raise
        except ToolError as error:
            raise ToolError(_text(error)) from None
        except BaseException as error:  # noqa: BLE001 - SystemExit, out of a task, would end the loop
            _log.warning("%s failed", self._label, exc_info=error.with_traceback(_of_the_author(error.__traceback__)))
            raise ToolError(f"The tool failed: {type(error).__name__}") from None

    async def _run(self, kwargs: dict[str, Any], call: Call, limit: Limit) -> Any:
        if inspect.iscoroutinefunction(self._found.function):
            call.begin()
            with on_loop(self._label, self._found.loaded.package), contained():
                return jsonable(await self._found.function(**kwargs))
        value = await self._executor.in_thread(self._call, {"call": call, "kwargs": kwargs}, limit)
        # A plain decorator may hide an async function.
        if inspect.isawaitable(value):
            with on_loop(self._label, self._found.loaded.package), contained():
                return jsonable(await value)
        return value

    def _call(self, call: Call, kwargs: dict[str, Any]) -> Any:
        """Call the function; a thread that is left behind with this keeps the tool, and so its modules, usable.

        Its result is copied here too: a huge one costs the loop nothing, neither to walk nor to free.
        """
        call.begin()
        value = self._found.function(**kwargs)
        return value if inspect.isawaitable(value) else jsonable(value)


def _of_the_author(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames before the tool's own code; all of it where none of that took part."""
    inner = trace
    while inner is not None and is_ours(str(inner.tb_frame.f_globals.get("__name__", ""))):
        inner = inner.tb_next
    return inner or trace


def _text(error: ToolError) -> str:
    """What the error says, in a text without code of its own: a kind that the author made may fail to say it."""
    try:
        return str.__str__(str(error)) or f"The tool failed: {type(error).__name__}"
    except BaseException as broken:  # noqa: BLE001 - as in `_perform`
        _log.warning("a tool's error has no text", exc_info=broken)
        return f"The tool failed: {type(error).__name__}"


def bind(terms: Terms, reference: str, *, paths: ToolPaths, executor: Executor) -> PythonTool:
    """Find the function that `reference` names, in the specs' folder first, and make it a tool.

    What the terms leave open comes from the type hints and the docstring. Raises ToolError with a sentence that says
    what is wrong and what would be right, and ToolModuleError where it is a line of the module that is wrong. Blocks
    while the module is imported, for `IMPORT_SECONDS` at most.
    """
    from runtime.tools import declared, docstrings, signature

    function = find(reference, paths)
    documentation = docstrings.read(function.docstring)
    text = terms.description or documentation.text
    if not text:
        with function.to_blame():
            raise ToolError(
                f"`{reference}` says nothing about itself; write a docstring, or a `description` in the spec"
            )
    if terms.parameters is None:
        with function.to_blame():
            accepted = signature.read(function, documentation.parameters)
    else:
        accepted = declared.read(function, terms.parameters)
    declaration = ToolDeclaration(terms.name, text, accepted.schema, terms.examples)
    return PythonTool(declaration, terms.timeout_ms, accepted, function, executor)


def sources_of(reference: str, paths: ToolPaths) -> tuple[SourceRef, ...]:
    """Return the Python files of the folder behind a reference, bound or not: an edit of one may mend the tool.

    Nothing is run. Empty for an installed package, a module that is not there, and what is no reference.
    """
    try:
        return modules.sources_of(parse(reference).module, paths)
    except ToolError:
        return ()
