"""Nodes -> plain data with its findings, and which node each value came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from runtime.spec.nodes import MAX_DEPTH, MAX_NODES, too_deep
from runtime.spec.problem import Finding, Place
from runtime.spec.scalars import CORE_TAG, Refused, kind, matches_tag, plain, quote
from runtime.spec.syntax import split_lines

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Tree:
    """Plain data; for each path the nodes of its key (None for a list's item) and value; the findings."""

    data: Any = None
    nodes: dict[Path, tuple[Node | None, Node]] = field(default_factory=dict[Path, tuple[Node | None, Node]])
    findings: list[Finding] = field(default_factory=list[Finding])


def entries(value: Any) -> Mapping[str, Any]:
    """Give the entries of a mapping, and none of anything else."""
    mapping: Any = value
    return mapping if isinstance(value, dict) else {}


def items(value: Any) -> Sequence[Any]:
    """Give the items of a list, and none of anything else."""
    sequence: Any = value
    return sequence if isinstance(value, list) else ()


class _TooManyError(Exception):
    """Aliases multiply, and 300 bytes may stand for millions of values: these are more than `MAX_NODES`."""


def build(root: Node, text: str) -> Tree:
    """Give the data under `root`; data that is too large is left out, with a finding that says so."""
    walk = _Walk(text)
    try:
        walk.tree.data = walk.value(root, ())
    except _TooManyError:
        walk.refuse_size()
    return walk.tree


def span(node: Node, text: str) -> Place:
    """The part of a node that stands on its first line."""
    start, end = node.start_mark, node.end_mark
    if isinstance(node, MappingNode) and not node.flow_style and node.value:
        end = node.value[0][0].end_mark
    elif isinstance(node, SequenceNode) and not node.flow_style:
        return Place(start.line + 1, start.column + 1)
    first = split_lines(text[start.index : end.index])[0].rstrip()
    return Place(start.line + 1, start.column + 1, max(1, len(first)))


class _Walk:
    """Goes through the tree once, in the order of the text."""

    __slots__ = ("_count", "_text", "_top", "tree")

    def __init__(self, text: str) -> None:
        self.tree = Tree()
        self._text = text
        self._count = 0
        self._top: Node | None = None

    def refuse_size(self) -> None:
        """Say which part of the document is too large; nothing of its data is kept."""
        place = span(self._top, self._text) if self._top is not None else Place(1)
        message = f"the document stands for more than {MAX_NODES:,} values: its aliases multiply"
        self.tree = Tree(None, {}, [Finding(place, "too-large", message, "write the values out, without * aliases")])

    def value(self, node: Node, path: Path) -> Any:
        """The plain value of a node; its place is remembered under `path`."""
        self._spend(node, len(path))
        if len(path) > MAX_DEPTH:
            self._find(node, too_deep(span(node, self._text)))
            return None
        self.tree.nodes.setdefault(path, (None, node))
        match node:
            case ScalarNode():
                return self._scalar(node)
            case MappingNode() if _is_template(node):
                self._find(node, _template(span(node, self._text)))
                return self._text[node.start_mark.index : node.end_mark.index]
            case MappingNode():
                self._check_tag(node, "map")
                return self._mapping(node, path)
            case _:
                self._check_tag(node, "seq")
                return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]

    def _spend(self, node: Node, depth: int) -> None:
        if depth == 1:
            self._top = node
        self._count += 1
        if self._count > MAX_NODES:
            raise _TooManyError

    def _find(self, node: Node, finding: Finding | tuple[str, str, str]) -> None:
        if not isinstance(finding, Finding):
            finding = Finding(span(node, self._text), *finding)
        self.tree.findings.append(finding)

    # -- mappings

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        seen: dict[str, Node] = {}
        merged: list[Node] = []
        for key, value in node.value:
            if _is_merge(key):
                merged.append(value)
                continue
            name = self._key(key)
            if name is None:
                continue
            if name in seen:
                self._duplicate(key, name, seen[name])
                continue
            seen[name] = key
            self._enter(result, name, key, value, path)
        for value in merged:
            for name, key, inner in self._inherited(value, 0):
                if name not in result:
                    self._enter(result, name, key, inner, path)
        return result

    def _enter(self, result: dict[str, Any], name: str, key: Node, value: Node, path: Path) -> None:
        below = (*path, name)
        self.tree.nodes[below] = (key, value)
        result[name] = self.value(value, below)

    def _inherited(self, node: Node, depth: int) -> Iterator[tuple[str, Node, Node]]:
        """The entries that `<<` brings in: a mapping's own before those it merges itself, lists in order."""
        self._spend(node, -1)
        if depth > MAX_DEPTH:
            self._find(node, too_deep(span(node, self._text)))
        elif isinstance(node, SequenceNode):
            for item in node.value:
                yield from self._inherited(item, depth + 1)
        elif isinstance(node, MappingNode):
            for key, value in node.value:
                name = None if _is_merge(key) or not isinstance(key, ScalarNode) else self._name(key)
                if name is not None:
                    yield name, key, value
            for key, value in node.value:
                if _is_merge(key):
                    yield from self._inherited(value, depth + 1)
        else:
            self._find(node, ("wrong-type", "<< takes a mapping, or a list of mappings", "write `<<: *name`"))

    def _key(self, key: Node) -> str | None:
        """The key's text; None for one that is no text at all."""
        if isinstance(key, MappingNode) and _is_template(key):
            self._find(key, _template(span(key, self._text)))
            return None
        if not isinstance(key, ScalarNode):
            self._find(key, ("non-text-key", "a key must be text, not a list or mapping", "write a word as the key"))
            return None
        name = self._name(key)
        if not key.style and not isinstance(plain(key.value), str):
            self._find(key, ("non-text-key", f"YAML reads this key as {kind(key.value)}, not as text", quote(name)))
        return name

    def _name(self, key: ScalarNode) -> str:
        return str(key.value)

    def _duplicate(self, key: Node, name: str, first: Node) -> None:
        line = first.start_mark.line + 1
        place = span(key, self._text)
        hint = "keep one of the two"
        self._find(key, Finding(place, "duplicate-key", f"'{name}' is set twice", hint, line, "first set here"))

    # -- scalars

    def _scalar(self, node: ScalarNode) -> Any:
        if node.tag:
            return self._tagged(node)
        if node.style:
            return node.value
        value = plain(node.value)
        if isinstance(value, Refused):
            self._find(node, (value.code, value.message, value.hint))
            return node.value
        return value

    def _tagged(self, node: ScalarNode) -> Any:
        matching = matches_tag(str(node.tag), node.value)
        if matching is None:
            self._foreign(node)
            return node.value
        if not matching:
            promised = str(node.tag).replace(CORE_TAG, "!!")
            self._find(node, ("wrong-type", f"'{node.value}' is not what {promised} promises", "remove the tag"))
            return node.value
        return node.value if node.tag == CORE_TAG + "str" else plain(node.value)

    def _check_tag(self, node: Node, expected: str) -> None:
        if node.tag and node.tag != CORE_TAG + expected:
            self._foreign(node)

    def _foreign(self, node: Node) -> None:
        tag = str(node.tag).replace(CORE_TAG, "!!")
        self._find(node, ("foreign-tag", f"the tag {tag} has no meaning here", "remove the tag, or quote the text"))


def _is_merge(key: Node) -> bool:
    return isinstance(key, ScalarNode) and key.value == "<<" and not key.style and not key.tag


def _is_template(node: MappingNode) -> bool:
    """`{{ x }}` unquoted: a flow mapping whose first key is a flow mapping."""
    first = node.value[0][0] if node.flow_style and node.value else None
    return isinstance(first, MappingNode) and bool(first.flow_style)


def _template(place: Place) -> Finding:
    return Finding(
        Place(place.line, place.column, 2),
        "unquoted-template",
        "YAML reads an unquoted {{ as a mapping, not as a template",
        'quote it: "{{ … }}", or write the text as a block below `|`',
    )
