"""Parameters from a function's type hints, through pydantic: the schema and the check of arguments.

Values are taken as a model writes them, so "3" is accepted for an integer and text for a date, and reach the
function as the types that it declares.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterable, AsyncIterator, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Annotated, Any, ClassVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, PydanticUserError, ValidationError, create_model
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import SchemaError

from runtime.errors import ToolError
from runtime.tools.functions import ToolFunction
from runtime.tools.namespaces import public
from runtime.tools.parameters import Parameters
from runtime.tools.pydantic_errors import violation
from runtime.tools.schema import tidy
from runtime.tools.violations import Violation


class _Schema(GenerateJsonSchema):
    """Defaults that have no JSON form are left out of the schema quietly: the function has them."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012 - declared so in pydantic


_KEPT = "__callboard_parameters__"
_LAZY = (Iterable, Iterator, Generator, AsyncIterable, AsyncIterator)


def read(function: ToolFunction, descriptions: Mapping[str, str]) -> Parameters:
    """Return a function's parameters; `descriptions` are its docstring's, and hints may bring their own.

    They are kept with the function, and live as long as it does: a thousand agents that share a tool read it once.
    Raises ToolError for a parameter without a type hint, or of a type that JSON Schema cannot describe.
    """
    owner, kept = getattr(function.function, _KEPT, (None, None))
    if owner is function.function and isinstance(kept, Parameters):  # functools.wraps copies what a function carries
        return kept
    parameters = _read(function, descriptions)
    with suppress(AttributeError):
        setattr(function.function, _KEPT, (function.function, parameters))
    return parameters


def _read(function: ToolFunction, descriptions: Mapping[str, str]) -> Parameters:
    names = list(function.parameters)
    with _foreign(function):
        model = _model(function)
        schema = model.model_json_schema(schema_generator=_Schema)
    for name, description in descriptions.items():
        if name in schema.get("properties", {}):
            schema["properties"][name].setdefault("description", description)

    def check(arguments: dict[str, Any]) -> dict[str, Any] | list[Violation]:
        try:
            accepted = model.model_validate(arguments)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=True)
            return [violation(detail, arguments, names) for detail in found]
        # What the model left out is left to the function's own defaults.
        given = accepted.model_fields_set
        return {name: getattr(accepted, field) for field, name in _fields(names).items() if field in given}

    return Parameters({"type": "object", "properties": {}, "additionalProperties": False, **tidy(schema)}, check)


@contextmanager
def _foreign(function: ToolFunction) -> Generator[None]:
    """Inside, hints run code of their own: whatever that does, it is this tool that cannot be had, and no other."""
    try:
        yield
    except ToolError:
        raise
    except BaseException as error:
        # These two tell what is missing, in their last line; the text of others may hold anything.
        lines = str(error).strip().splitlines() if isinstance(error, ImportError | SchemaError) else []
        told = f"{type(error).__name__}{f': {lines[-1].strip()}' if lines else ''}"
        raise ToolError(f"the type hints of `{function.reference.text}` cannot be used: {told}") from error


def _fields(names: list[str]) -> dict[str, str]:
    """Name the fields by number: a parameter may be called `schema` or `_unit`, a pydantic field may not."""
    return {f"p{number}": name for number, name in enumerate(names)}


def _model(function: ToolFunction) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for field, name in _fields(list(function.parameters)).items():
        fields[field] = _field(function.parameters[name], function)
        _check_type(name, fields[field], function)
    return create_model("Arguments", __config__=ConfigDict(extra="forbid", allow_inf_nan=False), **fields)


def _field(parameter: inspect.Parameter, function: ToolFunction) -> tuple[Any, Any]:
    hint, default = parameter.annotation, parameter.default
    if hint is inspect.Parameter.empty:
        raise ToolError(
            f"parameter `{parameter.name}` of `{function.reference.text}` has no type hint; "
            f"write one, such as `{parameter.name}: str`"
        )
    _check_hint(parameter, function)
    said = _said(hint)
    beside: dict[str, Any] = {"alias": parameter.name, **({"description": said} if said else {})}
    if default is inspect.Parameter.empty:
        return hint, Field(**beside)
    # `unit: str = None` means `str | None` to its author, and to the model that reads a default of null.
    return (hint | None if default is None else hint), Field(default, **beside)


def _check_hint(parameter: inspect.Parameter, function: ToolFunction) -> None:
    """Raise ToolError where pydantic and Python would understand a parameter in different ways."""
    hint, default = parameter.annotation, parameter.default
    what = f"parameter `{parameter.name}` of `{function.reference.text}`"
    if isinstance(default, FieldInfo):
        raise ToolError(
            f"{what} has a Field for its default, which the function would get; write Annotated[…, Field(…)]"
        )
    notes = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    if any(isinstance(note, FieldInfo) and not note.is_required() for note in notes):
        raise ToolError(f"{what} has its default inside Annotated, which Python does not see; write it behind `=`")
    if get_origin(hint) is ClassVar or hint is ClassVar:
        raise ToolError(f"{what} is a ClassVar, which only classes have; write the type alone")
    if any(origin in _LAZY for origin in _origins(hint)):
        raise ToolError(f"{what} is read one by one, and so is not checked before it is used; write list[…]")


def _origins(hint: Any) -> Iterator[Any]:
    """The generic types within a hint."""
    yield get_origin(hint)
    for part in get_args(hint):
        yield from _origins(part)


def _said(hint: Any) -> str:
    """The text in `Annotated[str, "the city"]`: to pydantic it means nothing, to everybody else a description."""
    notes = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    if any(isinstance(note, FieldInfo) and note.description for note in notes):
        return ""
    return next((note for note in notes if isinstance(note, str)), "")


def _check_type(name: str, field: tuple[Any, Any], function: ToolFunction) -> None:
    try:
        create_model("Argument", value=field).model_json_schema(schema_generator=_Schema)
    except (PydanticUserError, TypeError, NameError) as error:
        if isinstance(error, PydanticUserError) and error.code == "typed-dict-version":
            raise ToolError(
                f"parameter `{name}` of `{function.reference.text}` holds a TypedDict of `typing`, which tells too "
                "little before Python 3.12; import it from `typing_extensions`"
            ) from error
        hint, reference = public(inspect.formatannotation(field[0])), function.reference.text
        raise ToolError(
            f"parameter `{name}` of `{reference}` has the type `{hint}`, which a model cannot fill; "
            "use str, int, float, bool, list, dict, Literal, an enum, a date, a dataclass or a pydantic model"
        ) from error
