"""Jinja2 where a template can fill in text and nothing else: it reaches no object, reads no file, and takes little.

The sandbox of Jinja2 guards attributes; it bounds neither time nor memory (its documentation says so). Here what
makes much out of little is gone, and `excess` bounds the work before anything runs: with loops at most two deep over
at most a thousand items each, and no way to call oneself, no template takes longer than a blink.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from jinja2 import StrictUndefined, nodes
from jinja2.loaders import BaseLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment
from typing_extensions import override

from runtime.errors import CallboardError

MAX_LOOPS = 2
MAX_ITEMS = 1000
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


class TooMuchError(CallboardError):
    """A template asks for more than it may; the message says what."""


class Sandbox(ImmutableSandboxedEnvironment):
    """See the module."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, loader: BaseLoader | None = None, finalize: Callable[[Any], Any] | None = None) -> None:
        super().__init__(
            loader=loader, undefined=StrictUndefined, auto_reload=False, autoescape=False, finalize=finalize
        )
        names = cast("dict[str, Any]", self.globals)  # jinja2 infers their type from its own defaults
        for name in _NO_GLOBALS:
            del names[name]
        names["range"] = _range
        for name in _NO_FILTERS:
            del self.filters[name]

    @override
    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if not all(isinstance(side, int | float) and abs(side) < _MAX_FACTOR for side in (left, right)):
            raise TooMuchError(f"the operator {operator} takes numbers below a million here")
        if operator == "**" and abs(right) > 100:
            raise TooMuchError("the exponent of ** is at most 100 here")
        return super().call_binop(context, operator, left, right)

    @override
    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str | bytes):
            return attr in _TEXT_METHODS
        return super().is_safe_attribute(obj, attr, value)

    @override
    def wrap_str_format(self, value: Any) -> None:
        """No formatting: a width of a billion is five characters long."""


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > MAX_ITEMS:
        raise TooMuchError(f"range() gives at most {MAX_ITEMS} numbers here")
    return numbers


def excess(tree: nodes.Template, loops_of: Callable[[str], int]) -> Iterator[tuple[str, int]]:
    """What in a template has no bound, with its line. `loops_of` says how deep an included file loops."""
    for kind, word in ((nodes.Macro, "macro"), (nodes.CallBlock, "call"), (nodes.Import, "import")):
        for node in tree.find_all(kind):
            yield f"{word} is not available in a template here", node.lineno
    for node in tree.find_all((nodes.FromImport, nodes.Extends, nodes.Block)):
        yield f"{type(node).__name__.lower()} is not available in a template here", node.lineno
    for loop in tree.find_all(nodes.For):
        if loop.recursive:
            yield "a loop cannot be recursive here", loop.lineno
    if depth(tree, loops_of) > MAX_LOOPS:
        yield f"loops can be {MAX_LOOPS} deep at most, included files counted", 1


def depth(node: nodes.Node, loops_of: Callable[[str], int]) -> int:
    """How deep loops stand in loops below a node."""
    inside = max((depth(child, loops_of) for child in node.iter_child_nodes()), default=0)
    if isinstance(node, nodes.For):
        return inside + 1
    if isinstance(node, nodes.Include) and isinstance(node.template, nodes.Const):
        return max(inside, loops_of(str(node.template.value)))
    return inside
