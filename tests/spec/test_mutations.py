"""The shipped specs with one thing wrong: every node deleted, renamed, retyped, shifted, written twice.

Whatever is done to them, nothing crashes and no finding points outside the file. What clearly does harm (a known key
renamed, a value of another type, a key written twice) is found on that very line. What is silent says the same as
before, but for the one thing that was done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from yaml.nodes import Node

from runtime.spec.document import parse
from runtime.spec.load import Loaded, load_file
from runtime.spec.nearest import members
from runtime.spec.nodes import compose
from runtime.spec.problem import render
from runtime.spec.read import SourceFile
from runtime.spec.schema import load_schema
from runtime.spec.syntax import split_lines
from runtime.spec.values import build

SHIPPED = sorted((Path(__file__).parents[2] / "agents.d").glob("[!_]*.yaml"))
SCHEMA = load_schema("agent")
# Fits none of our keys: a list in a list.
ANOTHER_TYPE = "[[1]]"


@dataclass(frozen=True, slots=True)
class Spot:
    """A key of a shipped spec, and its value."""

    file: Path
    text: str
    path: tuple[str | int, ...]
    key: Node
    value: Node

    @property
    def line(self) -> int:
        return int(self.key.start_mark.line) + 1

    @property
    def begin(self) -> int:
        return int(self.key.start_mark.index)

    @property
    def end(self) -> int:
        """Where the value ends, without the blank lines and comments that follow a block."""
        return len(self.text[: self.value.end_mark.index].rstrip())

    @property
    def block(self) -> bool:
        """Whether the entry begins its line."""
        return not self.text[: self.begin].rpartition("\n")[2].strip(" -")


def spots_of(file: Path) -> Iterator[Spot]:
    text = file.read_text(encoding="utf-8")
    root = compose(text).root
    assert root is not None
    for path, (key, value) in build(root, text).nodes.items():
        if key is not None:
            yield Spot(file, text, path, key, value)


SPOTS = [spot for file in SHIPPED for spot in spots_of(file)]


def name_of(spot: Spot) -> str:
    return f"{spot.file.stem}:{'.'.join(map(str, spot.path))}"


def is_ours(path: tuple[str | int, ...]) -> bool:
    """Whether the schema knows the key; those in a tool's `parameters` are JSON Schema's."""
    schema: Any = SCHEMA
    for part in path[:-1]:
        known = members(schema, SCHEMA)
        schema = known.get(str(part)) or schema.get("additionalProperties") or {}
    return path[-1] in members(schema, SCHEMA) and "parameters" not in path[:-1]


everywhere = pytest.mark.parametrize("spot", SPOTS, ids=name_of)
ours = pytest.mark.parametrize("spot", [spot for spot in SPOTS if is_ours(spot.path)], ids=name_of)


def load(spot: Spot, text: str) -> Loaded:
    """Load the changed text in place of the spec, and see that every finding lies in it."""
    loaded = load_file(SourceFile(spot.file, spot.file.name, text.encode()), {})
    lines = split_lines(text)
    assert (loaded.spec is None) == bool(loaded.problems)
    for problem in loaded.problems:
        assert problem.file == spot.file.name
        assert 1 <= problem.line <= len(lines), render(problem)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1, render(problem)
        assert problem.source_line == lines[problem.line - 1]
    return loaded


def lines_of(loaded: Loaded) -> set[int]:
    return {problem.line for problem in loaded.problems}


def shown(loaded: Loaded) -> str:
    return "\n".join(map(render, loaded.problems)) or "nothing was found"


def keys_of(text: str) -> set[tuple[str | int, ...]]:
    root = compose(text).root
    return set(build(root, text).nodes) if root is not None else set()


def test_the_shipped_specs_are_good_and_have_nodes_enough() -> None:
    assert len(SPOTS) > 100
    assert sum(is_ours(spot.path) for spot in SPOTS) > 80
    for file in SHIPPED:
        assert load_file(SourceFile(file, file.name, file.read_bytes()), {}).problems == ()


@ours
def test_a_known_key_that_is_renamed_is_found_on_its_line(spot: Spot) -> None:
    end = spot.key.end_mark.index
    loaded = load(spot, f"{spot.text[:end]}zzq{spot.text[end:]}")
    assert spot.line in lines_of(loaded), shown(loaded)


@ours
def test_a_value_of_another_type_is_found_on_its_line(spot: Spot) -> None:
    begin = spot.value.start_mark.index
    loaded = load(spot, spot.text[:begin] + ANOTHER_TYPE + spot.text[spot.end :])
    assert lines_of(loaded) & {spot.line, spot.value.start_mark.line + 1}, shown(loaded)


@everywhere
def test_a_key_that_is_written_twice_is_found_at_the_second(spot: Spot) -> None:
    entry = spot.text[spot.begin : spot.end]
    between = "\n" + " " * spot.key.start_mark.column if spot.block else ", "
    text = spot.text[: spot.begin] + entry + between + entry + spot.text[spot.end :]
    second = spot.line + (entry + between).count("\n")
    loaded = load(spot, text)
    codes = {problem.code for problem in loaded.problems if problem.line == second}
    assert "duplicate-key" in codes, shown(loaded)


@everywhere
def test_a_deleted_entry_is_missed_or_was_optional(spot: Spot) -> None:
    after = spot.text[spot.end :]
    text = spot.text[: spot.begin] + (after.removeprefix(",").lstrip(" ") if not spot.block else after)
    loaded = load(spot, text)
    if spot.path in {("model",), ("instructions",)} or spot.path[-1] == "python":
        assert {problem.code for problem in loaded.problems} & {"missing-key", "wrong-type"}, shown(loaded)
    if loaded.spec is not None:
        depth = len(spot.path)
        assert keys_of(text) == {path for path in keys_of(spot.text) if path[:depth] != spot.path}


def _deeper(line: str) -> str:
    return " " + line


def _shallower(line: str) -> str:
    return line.removeprefix(" ")


def _to_the_margin(line: str) -> str:
    return line.lstrip(" ")


@everywhere
@pytest.mark.parametrize("shift", [_deeper, _shallower, _to_the_margin])
def test_a_line_that_is_shifted_is_found_or_says_the_same(spot: Spot, shift: Callable[[str], str]) -> None:
    lines = spot.text.split("\n")
    lines[spot.line - 1] = shift(lines[spot.line - 1])
    text = "\n".join(lines)
    loaded = load(spot, text)
    if loaded.spec is not None:
        before, _ = parse("before", spot.text)
        after, _ = parse("after", text)
        assert before is not None
        assert after is not None
        assert after.data == before.data, shown(loaded)
