"""The function that a reference names: found, looked through its decorators, and fit to be a tool."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, TypeGuard, get_args

from runtime.errors import ToolError, ToolModuleError
from runtime.tools.context import ToolContext
from runtime.tools.dialect import print_aside
from runtime.tools.modules import LoadedModule, load
from runtime.tools.namespaces import public
from runtime.tools.nearest import suggestion
from runtime.tools.paths import ToolPaths
from runtime.tools.reference import Reference, parse

_REFUSED_KINDS = {
    inspect.Parameter.VAR_POSITIONAL: ("*{}", "takes any number of arguments"),
    inspect.Parameter.VAR_KEYWORD: ("**{}", "takes arguments of any name"),
    inspect.Parameter.POSITIONAL_ONLY: ("{}", "can only be given by position"),
}


@dataclass(frozen=True, slots=True)
class ToolFunction:
    """What is called, its parameters by name (annotations evaluated), its docstring, and where it comes from.

    `context` names the parameter that the runtime fills in, empty where there is none; it is not among `parameters`.
    """

    reference: Reference
    function: Callable[..., Any]
    parameters: dict[str, inspect.Parameter]
    docstring: str
    loaded: LoadedModule
    context: str = ""

    def to_blame(self) -> AbstractContextManager[None]:
        """Inside, a ToolError becomes one that points at the function."""
        return _to_blame(self.function, self.loaded)


def find(reference: str, paths: ToolPaths) -> ToolFunction:
    """Return the function; raises ToolError when it is not there or not fit to be called by a model."""
    named = parse(reference)
    loaded = load(named.module, paths)
    module = loaded.module
    if named.function not in vars(module):
        hint = suggestion(named.function, _functions(module), "it defines no function of its own")
        raise ToolError(f"`{named.module}` has no function `{named.function}`; {hint}")
    value = vars(module)[named.function]
    with _to_blame(value, loaded):
        _check_kind(value, named)
        _check_home(_innermost(value), module, named)
        _check_answer(value, named)
        parameters = _parameters(value, named)
        context = _take_context(parameters, named)
        return ToolFunction(named, value, parameters, _docstring(value), loaded, context)


@contextmanager
def _to_blame(value: Any, loaded: LoadedModule) -> Generator[None]:
    try:
        yield
    except ToolError as error:
        inner = _innermost(value)
        code = inner.__code__ if isinstance(inner, FunctionType) else None
        file = loaded.name_of(Path(code.co_filename)) if code is not None else ""
        if code is None or not file:
            raise
        raise ToolModuleError(str(error), file=file, line=code.co_firstlineno) from error.__cause__


def _functions(module: ModuleType) -> list[str]:
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and _is_own(_innermost(value), module) and not inspect.isclass(value)
    ]


def _innermost(value: Any) -> Any:
    """Look through functools.partial and decorators that keep `__wrapped__`."""
    seen: set[int] = set()
    while id(value) not in seen:
        seen.add(id(value))
        value = value.func if _is_partial(value) else _attributes(value).get("__wrapped__", value)
    return value


def _is_partial(value: Any) -> TypeGuard[functools.partial[Any]]:
    return isinstance(value, functools.partial)


def _attributes(value: Any) -> dict[str, Any]:
    """Return a value's own attributes; asking for them by name could run its code."""
    attributes: dict[str, Any] = getattr(value, "__dict__", {})
    return attributes


def _is_own(value: Any, module: ModuleType) -> bool:
    return isinstance(value, FunctionType) and value.__module__ == module.__name__


def _check_kind(value: Any, named: Reference) -> None:
    inner = _innermost(value)
    if inspect.isclass(value):
        raise ToolError(f"`{named.text}` is a class; refer to a function, such as one that makes a `{named.function}`")
    if not callable(value):
        raise ToolError(f"`{named.text}` is a value of type `{type(value).__name__}`; refer to a function")
    if inspect.isbuiltin(inner) or inner is print_aside:
        raise ToolError(f"`{named.text}` is built into Python; write a function of your own that uses it")
    if isinstance(inner, FunctionType):
        if inner.__name__ == "<lambda>":
            raise ToolError(f"`{named.text}` is a lambda; write it with `def`, type hints and a docstring")
        return
    kind = "method" if inspect.ismethod(inner) else f"callable `{type(inner).__name__}` object"
    raise ToolError(f"`{named.text}` is a {kind}; write a function with `def` that calls it")


def _check_home(inner: FunctionType, module: ModuleType, named: Reference) -> None:
    if _is_own(inner, module):
        return
    home = public(inner.__module__)
    raise ToolError(
        f"`{named.text}` is defined in `{home}`; write a function in `{named.module}` that calls it, "
        f"or refer to where your own code defines it. A decorator needs `functools.wraps`"
    )


def _check_answer(value: Any, named: Reference) -> None:
    inner = _innermost(value)
    if inspect.isgeneratorfunction(inner) or inspect.isasyncgenfunction(inner):
        raise ToolError(f"`{named.text}` yields values one by one; return them as a list")


def _parameters(value: Any, named: Reference) -> dict[str, inspect.Parameter]:
    try:
        parameters = dict(inspect.signature(value, eval_str=True).parameters)
    except BaseException as error:  # a hint in quotes is code, and may be `exit()`
        reason = str(error) if isinstance(error, NameError) else type(error).__name__
        raise ToolError(f"the type hints of `{named.text}` cannot be evaluated: {reason}") from error
    for name, parameter in parameters.items():
        if parameter.kind in _REFUSED_KINDS:
            form, what = _REFUSED_KINDS[parameter.kind]
            raise ToolError(
                f"parameter `{form.format(name)}` of `{named.text}` {what}; give every parameter a name, "
                "so that the model can be told of it"
            )
    for bound in _bound_by_keyword(value):
        parameters.pop(bound, None)
    return parameters


def _take_context(parameters: dict[str, inspect.Parameter], named: Reference) -> str:
    """Take the parameter that asks for the session out of those that the model is told of."""
    found = [name for name, parameter in parameters.items() if _is_context(parameter.annotation)]
    if len(found) > 1:
        raise ToolError(f"`{named.text}` takes a ToolContext twice, as {' and '.join(f'`{name}`' for name in found)}")
    for name in found:
        del parameters[name]
    return found[0] if found else ""


def _is_context(hint: Any) -> bool:
    """Whether a hint is the context, also as `ToolContext | None` or inside `Annotated`."""
    return hint is ToolContext or any(_is_context(part) for part in get_args(hint) if part is not hint)


def _bound_by_keyword(value: Any) -> set[str]:
    """Return what a partial has settled. It is not the model's to choose, nor to see: it may be a key."""
    return set(value.keywords) if _is_partial(value) else set()


def _docstring(value: Any) -> str:
    return inspect.getdoc(value.func if _is_partial(value) else value) or ""
