"""YAML text -> a tree of nodes with marks, in one pass over the parser's events.

The tree is built here rather than by PyYAML's composer because that one recurses in C: a file of 100,000
opening brackets ends the process. This one keeps its own stack and stops at `MAX_DEPTH`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from runtime.spec.problem import Finding, Place
from runtime.spec.syntax import explain, split_lines

MAX_DEPTH = 64
# Of a text, and (`values`) of what its aliases make of it.
MAX_NODES = 50_000
# libyaml is about ten times as fast; PyYAML may have been built without it.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# YAML 1.2.2, section 5.1: what a stream may not hold.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Composed:
    """The root node, or None where the text is not YAML or has no content, and what was found on the way."""

    root: Node | None = None
    findings: list[Finding] = field(default_factory=list[Finding])


class _StopError(Exception):
    """The rest of the text is not looked at; the reason is in the findings."""


def compose(text: str) -> Composed:
    """Build the tree of the text's one document."""
    composer = _Composer()
    forbidden = _FORBIDDEN.search(text)
    if forbidden is not None:
        composer.refuse_character(text, forbidden)
        return Composed(None, composer.findings)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            composer.take(event)
    except yaml.YAMLError as error:
        composer.findings.append(_beyond_the_parser(error) or explain(error, text))
        return Composed(None, composer.findings)
    except _StopError:
        return Composed(None, composer.findings)
    return Composed(composer.root, composer.findings)


class _Composer:
    """Takes events one by one; `_open` holds the collections that are not closed yet."""

    __slots__ = ("_anchors", "_count", "_documents", "_keys", "_open", "findings", "root")

    def __init__(self) -> None:
        self.root: Node | None = None
        self.findings: list[Finding] = []
        self._open: list[MappingNode | SequenceNode] = []
        self._keys: list[Node | None] = []  # for each open collection: a key that waits for its value
        self._anchors: dict[str, Node] = {}
        self._documents = 0
        self._count = 0

    def take(self, event: Any) -> None:
        """Add what the event says to the tree."""
        match event:
            case yaml.ScalarEvent():
                self._place(self._scalar(event), event.anchor)
            case yaml.AliasEvent():
                self._place(self._aliased(event), None)
            case yaml.MappingStartEvent():
                self._begin(MappingNode, event)
            case yaml.SequenceStartEvent():
                self._begin(SequenceNode, event)
            case yaml.CollectionEndEvent():
                self._keys.pop()
                self._open.pop().end_mark = event.end_mark
            case yaml.DocumentStartEvent():
                self._document(event)
            case _:
                pass

    def refuse_character(self, text: str, found: re.Match[str]) -> None:
        """Say that a character may not stand in YAML."""
        before = split_lines(text[: found.start()])
        self.findings.append(
            Finding(
                Place(len(before), len(before[-1]) + 1),
                "yaml",
                f"the character U+{ord(found.group()):04X} may not stand in a YAML file",
                'remove it, or write it as an escape inside double quotes, such as "\\x1b"',
            )
        )

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            mark = event.start_mark
            self.findings.append(
                Finding(
                    Place(mark.line + 1, mark.column + 1, 3),
                    "yaml",
                    "a second document begins here",
                    "one file holds one agent: remove the --- line, or move what follows to another file",
                )
            )
            raise _StopError

    def _scalar(self, event: Any) -> ScalarNode:
        plain, quoted = event.implicit
        tag = "" if plain or quoted else event.tag or ""
        return ScalarNode(tag, event.value, event.start_mark, event.end_mark, event.style or "")

    def _begin(self, kind: Any, event: Any) -> None:
        if len(self._open) >= MAX_DEPTH:
            mark = event.start_mark
            self.findings.append(too_deep(Place(mark.line + 1, mark.column + 1)))
            raise _StopError
        tag = "" if event.implicit else event.tag or ""
        node = kind(tag, [], event.start_mark, event.end_mark, event.flow_style)
        self._place(node, event.anchor)
        self._open.append(node)
        self._keys.append(None)

    def _aliased(self, event: Any) -> Node:
        node = self._anchors.get(event.anchor)
        if node is not None and node not in self._open:
            return node
        place = Place(event.start_mark.line + 1, event.start_mark.column + 1, len(event.anchor) + 1)
        if node is None:
            hint = f"write &{event.anchor} before the value it stands for, or quote a text that begins with *"
            self.findings.append(Finding(place, "yaml", f"*{event.anchor} stands for nothing", hint))
        else:
            self.findings.append(
                Finding(place, "yaml", f"*{event.anchor} stands inside its own value", "remove the alias")
            )
        return ScalarNode("", "", event.start_mark, event.end_mark, "")

    def _spend(self, mark: Any) -> None:
        self._count += 1
        if self._count > MAX_NODES:
            place = Place(mark.line + 1, mark.column + 1)
            message = f"the document holds more than {MAX_NODES:,} values; from here on it is not read"
            self.findings.append(Finding(place, "too-large", message, "keep data of this size outside the spec"))
            raise _StopError

    def _place(self, node: Node, anchor: str | None) -> None:
        self._spend(node.start_mark)
        if anchor is not None:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        if isinstance(parent, SequenceNode):
            parent.value.append(node)
        elif self._keys[-1] is None:
            self._keys[-1] = node
        else:
            parent.value.append((self._keys[-1], node))
            self._keys[-1] = None


def _beyond_the_parser(error: Any) -> Finding | None:
    """The parser has a bound of its own, which brackets may reach before it has told of the first one."""
    mark = getattr(error, "problem_mark", None)
    if mark is None or "nesting depth" not in (error.problem or ""):
        return None
    return too_deep(Place(mark.line + 1, mark.column + 1))


def too_deep(place: Place) -> Finding:
    """The finding for a value inside too many others."""
    return Finding(place, "too-deep", f"values are nested more than {MAX_DEPTH} levels deep", "flatten the structure")
