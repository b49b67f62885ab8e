"""Whatever is written, the answer is an agent or problems that can be shown: never an exception, never silence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from runtime.spec import nodes
from runtime.spec.document import parse
from runtime.spec.load import Loaded, load_file
from runtime.spec.problem import render
from runtime.spec.read import SourceFile
from runtime.spec.schema import load_schema
from runtime.spec.syntax import split_lines
from tests.spec.test_golden import CASES

FULL = (Path(__file__).parent / "full.yaml").read_text(encoding="utf-8")
KEYS = sorted(
    set(load_schema("agent")["properties"])
    | {key for schema in load_schema("agent")["$defs"].values() for key in str(schema).split("'") if key.isidentifier()}
)
SHARDS = st.sampled_from(
    [
        *":-?[]{},&*!|>'\"%@`#~ \n\t",
        ": ",
        "\n  ",
        "- ",
        "<<",
        "{{",
        "}}",
        "${env:",
        "${file:",
        "}",
        "null",
        "0049",
        "é",
        "\r\n",
    ]
)
TEXT = st.lists(st.one_of(SHARDS, st.sampled_from(KEYS), st.text(max_size=4)), max_size=40).map("".join)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(KEYS))
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=4)), inner, max_size=5),
    ),
    max_leaves=12,
)


# The first example pays for compiling the schema, and machines are busy: no example has a time limit of its own.
unhurried = settings(deadline=None, max_examples=60)


def load(content: bytes) -> Loaded:
    return load_file(SourceFile(Path("a.yaml"), "a.yaml", content), {"A": "1"})


def assert_answered(loaded: Loaded, content: bytes) -> None:
    assert (loaded.spec is None) == bool(loaded.problems)
    lines = split_lines(content.decode("utf-8", "replace"))
    for problem in loaded.problems:
        assert 0 <= problem.line <= len(lines)
        assert problem.column >= 1
        assert problem.length >= 1
        assert render(problem)


@unhurried
@given(TEXT)
@example("a: &a [*a]")
@example("? ")
@example("a: !<tag:yaml.org,2002:int> x")
@example("&a a: *a")
@example("<<: {<<: {a: 1}}")
@example("{a: , b}")
def test_any_text_is_answered(text: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    assert_answered(load(content), content)


@unhurried
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(content: bytes) -> None:
    assert_answered(load(content), content)


@unhurried
@given(TREES)
def test_any_data_is_answered(tree: Any) -> None:
    content = yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "replace")
    assert_answered(load(content), content)


@unhurried
@given(st.dictionaries(st.sampled_from(sorted(load_schema("agent")["properties"])), TREES))
def test_any_values_of_known_keys_are_answered(tree: Any) -> None:
    content = yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "replace")
    assert_answered(load(content), content)


@unhurried
@given(st.integers(0, len(FULL)), st.integers(0, 12), SHARDS)
def test_any_small_change_of_a_good_file_is_answered(start: int, length: int, shard: str) -> None:
    content = (FULL[:start] + shard + FULL[start + length :]).encode()
    assert_answered(load(content), content)


@unhurried
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1))
def test_quoted_text_comes_back_as_it_was(text: str) -> None:
    quoted = "'" + text.replace("'", "''").replace("\u2028", "").replace("\u2029", "").replace("\ufeff", "") + "'"
    document, problems = parse("a.yaml", f"a: {quoted}")
    assert problems == ()
    assert document is not None
    assert "'" + document.data["a"].replace("'", "''") + "'" == quoted


@unhurried
@given(TEXT)
def test_the_slow_parser_never_raises_either(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nodes, "_Loader", yaml.SafeLoader)
        parse("a.yaml", text)


def rows() -> Iterator[int]:
    """The lines of the full example that hold a key of ours."""
    for index, line in enumerate(FULL.splitlines()):
        key, colon, _ = line.lstrip(" -").partition(":")
        if colon and key.isidentifier() and key not in {"get_weather", "type"}:
            yield index


def test_the_full_example_is_good() -> None:
    assert load(FULL.encode()).problems == ()


@pytest.mark.parametrize("row", [*rows()])
def test_a_misspelt_key_is_found_on_its_line_wherever_it_is(row: int) -> None:
    lines = FULL.splitlines()
    line = lines[row]
    indent = len(line) - len(line.lstrip(" -"))
    key, _, rest = line[indent:].partition(":")
    lines[row] = f"{line[:indent]}{key}zzq:{rest}"
    problems = load("\n".join(lines).encode()).problems
    assert any(problem.line == row + 1 for problem in problems), [render(problem) for problem in problems]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_half_of_a_file_is_answered(case: Path) -> None:
    content = case.read_bytes()
    for cut in range(0, len(content), max(1, len(content) // 25)):
        assert_answered(load(content[:cut]), content[:cut])
