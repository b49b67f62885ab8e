"""The sandbox itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.loaders import BaseLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment
from typing_extensions import override

from runtime.sandbox.bounds import FILTERS, MAX_DIGITS, Bounds, TooMuchError, bounded_range, check_sum

MAX_NESTING = 60
_MAX_FACTOR = 1_000_000
_NO_GLOBALS = ("lipsum", "cycler", "joiner", "namespace", "dict")
_NO_FILTERS = (
    *("center", "indent", "wordwrap", "format", "filesizeformat", "pprint", "xmlattr", "urlize", "batch", "slice"),
    *("map", "select", "reject", "selectattr", "rejectattr", "groupby", "tojson"),
)
_TEXT_METHODS = frozenset(
    """
    capitalize casefold endswith find isalpha isdigit islower isnumeric isupper lower lstrip partition removeprefix
    removesuffix rpartition rstrip split startswith strip swapcase title upper
    """.split()
)


class Sandbox(ImmutableSandboxedEnvironment):
    """See the module."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, loader: BaseLoader | None = None, finalize: Callable[[Any], Any] | None = None) -> None:
        super().__init__(
            loader=loader, undefined=StrictUndefined, auto_reload=False, autoescape=False, finalize=finalize
        )
        names = cast("dict[str, Any]", self.globals)  # jinja2 infers their type from its own defaults
        for name in _NO_GLOBALS:
            del names[name]
        names["range"] = bounded_range
        for name in _NO_FILTERS:
            del self.filters[name]
        self.filters |= FILTERS

    @override
    def parse(self, source: str, name: str | None = None, filename: str | None = None) -> nodes.Template:
        try:
            tree = super().parse(source, name, filename)
        except RecursionError:
            raise _nested() from None
        _check_nesting(tree)
        return tree

    @override
    def compile(self, source: Any, *args: Any, **options: Any) -> Any:
        tree = self.parse(source, *args[:2]) if isinstance(source, str) else source
        bounded = Bounds().visit(tree)
        bounded.set_environment(self)
        return cast("Any", super().compile(bounded, *args, **options))

    @override
    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "+":
            check_sum(left, right)
        elif not all(isinstance(side, int | float) and abs(side) < _MAX_FACTOR for side in (left, right)):
            raise TooMuchError(f"the operator {operator} takes numbers below a million here")
        elif operator == "**" and abs(right) > MAX_DIGITS:
            raise TooMuchError("the exponent of ** is at most 100 here")
        return super().call_binop(context, operator, left, right)

    @override
    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str | bytes):
            return attr in _TEXT_METHODS
        return not isinstance(obj, int | float) and super().is_safe_attribute(obj, attr, value)

    @override
    def wrap_str_format(self, value: Any) -> None:
        """No formatting: a width of a billion is five characters long."""


def _check_nesting(tree: nodes.Template) -> None:
    """Raise where a walk over the tree, or Python's own compiler, would go too deep."""
    level: list[nodes.Node] = [tree]
    for _ in range(MAX_NESTING):
        level = [child for node in level for child in node.iter_child_nodes()]
        if not level:
            return
    raise _nested()


def _nested() -> TemplateSyntaxError:
    return TemplateSyntaxError("this is nested too deeply", 1)
