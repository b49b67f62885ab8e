"""The texts of a request as templates: what a call's arguments become in an address, a header or a body."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast
from urllib.parse import quote

import orjson
from jinja2 import TemplateError, Undefined, UndefinedError, nodes
from jinja2.environment import TemplateExpression
from typing_extensions import override

from runtime.errors import ToolError
from runtime.sandbox.bounds import TooMuchError, counted, filled
from runtime.sandbox.environment import Sandbox
from runtime.settings import Secret

MISSING = object()
"""What a field is whose whole value is an argument that was not given: the field is left out."""

ARGUMENTS = "args"

# "… has no attribute 'id'": jinja2's sentence is about objects, a model knows arguments.
_NAME_AT_FAULT = re.compile(r"'dict object' has no attribute '(\w+)'")


class _Sandbox(Sandbox):
    """Objects have entries and no methods here: `args.items` is the argument of that name."""

    @override
    def getattr(self, obj: Any, attribute: str) -> Any:
        return self._entry(obj, attribute) if isinstance(obj, dict) else super().getattr(obj, attribute)

    @override
    def getitem(self, obj: Any, argument: Any) -> Any:
        return self._entry(obj, argument) if isinstance(obj, dict) else super().getitem(obj, argument)

    def _entry(self, entries: Any, name: Any) -> Any:
        try:
            return entries[name]
        except (KeyError, TypeError):
            return self.undefined(obj=entries, name=name)


def in_text(value: Any) -> str:
    """A value inside a text: as JSON writes it, but for text, and nothing for null."""
    if isinstance(value, Undefined):
        return str(value)  # raises
    if isinstance(value, str):
        return value
    return "" if value is None else orjson.dumps(value).decode()


def in_path(value: Any) -> str:
    """A value inside the path of an address: one segment or a part of one, and never none (RFC 3986 section 3.3)."""
    text = in_text(value)
    if not text:
        raise ToolError("An argument that is a part of the address is empty")
    return quote(text, safe="")


def in_query(value: Any) -> str:
    """A value inside the query of an address."""
    return quote(in_text(value), safe="")


Finalize = Callable[[Any], str]

_ENVIRONMENTS: dict[Finalize, Sandbox] = {each: _Sandbox(finalize=each) for each in (in_text, in_path, in_query)}


class Field:
    """One text of a request, compiled."""

    __slots__ = ("_expression", "_template", "tree")

    def __init__(self, text: str, finalize: Finalize = in_text) -> None:
        """Compile a text; raises jinja2's TemplateSyntaxError."""
        environment = _ENVIRONMENTS[finalize]
        source = as_template(text)
        self.tree = environment.parse(source)
        self._template = environment.from_string(source)
        expression = _whole_expression(environment.parse(source))
        self._expression = None if expression is None else _compiled(environment, expression)

    @property
    def is_template(self) -> bool:
        """Is anything of it filled in?"""
        return any(True for _ in self.tree.find_all((nodes.Name, nodes.If, nodes.For)))

    def value(self, values: Mapping[str, Any]) -> Any:
        """The filled-in text; an argument that is the whole of it keeps its JSON type, or is MISSING.

        Raises ToolError in words for the model.
        """
        if self._expression is None:
            return self.text(values)
        value = self._run(lambda: _value(cast("TemplateExpression", self._expression), values))
        return MISSING if isinstance(value, Undefined) else value

    def text(self, values: Mapping[str, Any]) -> str:
        """The filled-in text. Raises ToolError in words for the model."""
        return str(self._run(lambda: filled(self._template, values)))

    @staticmethod
    def _run(render: Callable[[], Any]) -> Any:
        try:
            return render()
        except UndefinedError as error:
            missing = _NAME_AT_FAULT.search(error.message or "")
            if missing:
                raise ToolError(f"The argument `{missing.group(1)}` is needed for this call") from None
            raise ToolError(f"The request cannot be made: {error}") from None
        except (TemplateError, TooMuchError) as error:
            raise ToolError(f"The request cannot be made: {error}") from None
        except (TypeError, ValueError, ArithmeticError, LookupError, RecursionError, MemoryError):
            # Arguments may be of any type that the parameters let through, and hold halves of characters.
            raise ToolError("The request cannot be made of these arguments") from None


def as_template(text: str) -> str:
    """The source of a template: what came from outside the spec is text, whatever braces it holds."""
    if not isinstance(text, Secret):
        return text
    return "".join(_raw(piece) if index % 2 else piece for index, piece in enumerate(text.pieces))


def _raw(value: str) -> str:
    # Brace by brace: a value may hold an `endraw` of its own.
    return value.replace("{", "{% raw %}{{% endraw %}")


def _whole_expression(tree: nodes.Template) -> nodes.Expr | None:
    """The expression whose value is the whole text, if there is one."""
    if len(tree.body) != 1 or not isinstance(tree.body[0], nodes.Output):
        return None
    parts = tree.body[0].nodes
    return parts[0] if len(parts) == 1 and not isinstance(parts[0], nodes.TemplateData) else None


def _value(expression: TemplateExpression, values: Mapping[str, Any]) -> Any:
    with counted():
        return expression(values)


def _compiled(environment: Sandbox, expression: nodes.Expr) -> TemplateExpression:
    """What `compile_expression` makes of a text, made of its tree: cutting a text to its braces gets signs wrong."""
    line = expression.lineno
    assign = nodes.Assign(nodes.Name("result", "store", lineno=line), expression, lineno=line)
    return TemplateExpression(environment.from_string(nodes.Template([assign], lineno=1)), undefined_to_none=False)


def arguments_used(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """The names of the arguments that a template reads, each with its line."""
    for attribute in tree.find_all(nodes.Getattr):
        if _is_arguments(attribute.node):
            yield attribute.attr, attribute.lineno
    for item in tree.find_all(nodes.Getitem):
        if _is_arguments(item.node) and isinstance(item.arg, nodes.Const):
            yield str(item.arg.value), item.lineno


def _is_arguments(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == ARGUMENTS
