"""What in a template has no bound, for its author."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jinja2 import nodes

MAX_LOOPS = 2
_BUFFERS = (nodes.AssignBlock, nodes.FilterBlock)


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
    for buffer in tree.find_all(_BUFFERS):
        if depth(buffer, loops_of):
            yield "a loop cannot stand inside a set or filter block here", buffer.lineno
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
