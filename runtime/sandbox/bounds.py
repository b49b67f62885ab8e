"""How much a template may make out of little, counted while it is filled in."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from jinja2 import Template, nodes
from jinja2.filters import do_join, do_round
from jinja2.utils import pass_eval_context
from jinja2.visitor import NodeTransformer

from runtime.errors import CallboardError

MAX_ITEMS = 1000
"""What one loop goes over."""

MAX_ROUNDS = 10_000
"""How often all loops of one rendering go round together."""

MAX_CHARS = 256_000
"""Of a text, on the way and in the end."""

MAX_DIGITS = 100
_ITEMS, _JOINED, _KEPT = "_items", "_joined", "_kept"

_rounds: ContextVar[list[int]] = ContextVar("_rounds")


class TooMuchError(CallboardError):
    """A template asks for more than it may; the message says what."""


def filled(template: Template, values: Mapping[str, Any]) -> str:
    """The text of a template; raises TooMuchError where that takes too much, and what jinja2 raises."""
    pieces: list[str] = []
    size = 0
    with counted():
        for piece in template.generate(values):
            size += len(piece)
            if size > MAX_CHARS:
                raise TooMuchError(f"the text is longer than {MAX_CHARS} characters")
            pieces.append(piece)
    return "".join(pieces)


@contextmanager
def counted() -> Generator[None]:
    """Inside, the rounds of all loops count together."""
    token = _rounds.set([MAX_ROUNDS])
    try:
        yield
    finally:
        _rounds.reset(token)


class Bounds(NodeTransformer):
    """Puts a filter around what every loop goes over and what a block sets, and in the place of `~`."""

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - the name of the node
        self.generic_visit(node)
        node.iter = _filtered(node.iter, _ITEMS)
        return node

    def visit_AssignBlock(self, node: nodes.AssignBlock) -> nodes.AssignBlock:  # noqa: N802 - likewise
        self.generic_visit(node)
        node.filter = nodes.Filter(node.filter, _KEPT, [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802 - likewise
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), _JOINED)


def _filtered(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(cast("nodes.Expr", node), name, [], [], None, None, lineno=node.lineno)


def bounded_range(*bounds: int) -> range:
    """Python's range, of at most MAX_ITEMS numbers."""
    numbers = range(*bounds)
    if len(numbers) > MAX_ITEMS:
        raise TooMuchError(f"range() gives at most {MAX_ITEMS} numbers here")
    return numbers


def _items(value: Iterable[Any]) -> list[Any]:
    left = _rounds.get([MAX_ROUNDS])
    items: list[Any] = []
    for item in value:
        items.append(item)
        if len(items) > MAX_ITEMS:
            raise TooMuchError(f"a loop goes over at most {MAX_ITEMS} items here")
    left[0] -= len(items)
    if left[0] < 0:
        raise TooMuchError(f"loops go round at most {MAX_ROUNDS} times altogether here")
    return items


def check_sum(left: Any, right: Any) -> None:
    """Raise TooMuchError where two texts or lists are too long for one."""
    if all(isinstance(side, str | list | tuple) for side in (left, right)):
        _check_size(len(left) + len(right))


def _check_size(size: int) -> None:
    if size > MAX_CHARS:
        raise TooMuchError(f"a text has at most {MAX_CHARS} characters here")


def _kept(text: str) -> str:
    _check_size(len(text))
    return text


def _joined(parts: list[Any]) -> str:
    texts = [str(part) for part in parts]
    _check_size(sum(map(len, texts)))
    return "".join(texts)


@pass_eval_context
def _join(context: nodes.EvalContext, value: Iterable[Any], d: str = "", attribute: str | int | None = None) -> str:
    items, d = list(value), str(d)
    _check_size(len(d) * len(items) + sum(len(str(item)) for item in items))
    return cast("str", do_join(context, items, d, attribute))


def _replace(value: Any, old: Any, new: Any, count: int | None = None) -> str:
    text, gone, come = str(value), str(old), str(new)
    _check_size(len(text) + text.count(gone) * len(come))
    return text.replace(gone, come, -1 if count is None else count)


def _round(value: float, precision: int = 0, method: Any = "common") -> float:
    if abs(precision) > MAX_DIGITS:
        raise TooMuchError(f"round() takes at most {MAX_DIGITS} digits here")
    return do_round(value, precision, method)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "replace": _replace,
    "join": _join,
    "round": _round,
    _ITEMS: _items,
    _JOINED: _joined,
    _KEPT: _kept,
}
"""In the place of Jinja's own, and for `Bounds`."""
