"""Where the values of a YAML text stand in it. A path that leads nowhere stands for its nearest parent."""

from __future__ import annotations

from functools import lru_cache

from yaml.nodes import Node, ScalarNode

from runtime.spec.nodes import compose
from runtime.spec.problem import Finding, Place
from runtime.spec.syntax import split_lines
from runtime.spec.values import Path, Tree, build, span

_STARTER = "an agent needs at least `model:` and `instructions:`"


def read(text: str) -> Tree:
    """Give the text's data, the nodes they come from, and every finding, each spot told once."""
    composed = compose(text)
    if composed.root is None:
        findings = composed.findings or [Finding(Place(), "empty", "the file holds no agent", _STARTER)]
        return Tree(None, {}, findings)
    tree = build(composed.root, text)
    told = {(finding.place.line, finding.place.column) for finding in composed.findings}
    fresh = [finding for finding in tree.findings if (finding.place.line, finding.place.column) not in told]
    tree.findings = composed.findings + fresh
    if tree.data is None and not tree.findings:
        return Tree(None, {}, [Finding(Place(), "empty", "the file holds no agent", _STARTER)])
    return tree


def of_value(text: str, path: Path, *, key: bool = False) -> Place:
    """Give the span of a value, or of its key."""
    nodes = _tree(text).nodes
    while path and path not in nodes:
        path = path[:-1]
    if path not in nodes:
        return Place(1)
    name, value = nodes[path]
    unwritten = value.start_mark.index == value.end_mark.index
    return span(name if name is not None and (key or unwritten) else value, text)


def of_line(text: str, path: Path, line_offset: int) -> Place:
    """Give where a line (from 0) of a text's content stands; the whole value where that is on one line."""
    node = _node(text, path)
    lines = split_lines(text)
    row = _content_row(node, lines, line_offset) if isinstance(node, ScalarNode) else None
    if row is None or not lines[row].strip():
        return of_value(text, path)
    shown = lines[row].strip()
    return Place(row + 1, lines[row].index(shown) + 1, len(shown))


def of_part(text: str, path: Path, part: str, nth: int) -> Place:
    """Give the span of the nth (from 0) `part` inside a value; of the whole where it is not found."""
    node = _node(text, path)
    if node is None:
        return of_value(text, path)
    start, end = node.start_mark, node.end_mark
    at = start.index
    for _ in range(nth + 1):
        at = text.find(part, at, end.index) + 1
        if at == 0:
            return of_value(text, path)
    before = split_lines(text[start.index : at - 1])
    column = len(before[-1]) + 1 + (start.column if len(before) == 1 else 0)
    return Place(start.line + len(before), column, len(part))


def written(text: str, path: Path) -> str:
    """Give a value as it is written; empty for one that takes several lines."""
    node = _node(text, path)
    if node is None or node.start_mark.line != node.end_mark.line:
        return ""
    return text[node.start_mark.index : node.end_mark.index]


@lru_cache(maxsize=4)
def _tree(text: str) -> Tree:
    """The nodes of a text that has problems; kept while its problems are being told."""
    return read(text)


def _node(text: str, path: Path) -> Node | None:
    return _tree(text).nodes.get(path, (None, None))[1]


def _content_row(node: ScalarNode, lines: list[str], offset: int) -> int | None:
    """The row (from 0) of the file that holds a line of a scalar's content; None where the scalar is one line."""
    first, last = node.start_mark.line, min(node.end_mark.line, len(lines) - 1)
    if first == node.end_mark.line or offset < 0:
        return None
    if node.style == "|":
        return first + 1 + offset if first + 1 + offset <= last else None
    content = node.value.split("\n")
    wanted = content[offset].strip() if offset < len(content) else ""
    shown = {row: lines[row].strip().rstrip("\"'") for row in range(first, last + 1)}
    return next((row for row, part in shown.items() if part and wanted.startswith(part)), None)
