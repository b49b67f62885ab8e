"""YAML 1.2 as editors read it, within bounds, and the same with and without libyaml."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest
import yaml

from runtime.spec import nodes
from runtime.spec.document import parse
from tests.spec.test_golden import CASES


def data_of(text: str) -> Any:
    document, problems = parse("a.yaml", text)
    assert problems == ()
    assert document is not None
    return document.data


def codes_of(text: str) -> list[str]:
    return [problem.code for problem in parse("a.yaml", text)[1]]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("~", None),
        ("Null", None),
        ("", None),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("-0", 0),
        ("+7", 7),
        ("0.50", 0.5),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("0b11", "0b11"),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("1.2.3", "1.2.3"),
        ("-", ["only a dash is a list"]),
        ("'12'", "12"),
        ('"~"', "~"),
        ("!!str 12", "12"),
        ("!!int 12", 12),
        ("!!float 12", 12),
        ("!!bool true", True),
        ("!!null ~", None),
        ("<<", "<<"),
    ],
)
def test_scalars_follow_yaml_1_2(written: str, value: Any) -> None:
    if written == "-":
        assert data_of("a:\n-") == {"a": [None]}
    else:
        found = data_of(f"a: {written}")["a"]
        assert found == value
        assert type(found) is type(value)


@pytest.mark.parametrize("written", ["0049", "-01", "00.5", "+08"])
def test_a_leading_zero_is_a_finding(written: str) -> None:
    assert codes_of(f"a: {written}") == ["leading-zero"]


@pytest.mark.parametrize(
    "written", [".inf", "-.INF", ".nan", "1e999", "9223372036854775808", "1" * 5000, "0x" + "f" * 17]
)
def test_a_number_that_cannot_be_calculated_with_is_a_finding(written: str) -> None:
    assert codes_of(f"a: {written}") == ["bad-value"]


@pytest.mark.parametrize(
    "tag", ["!!set {a}", "!!timestamp 2024-01-01", "!x y", "!!python/object:os.system {}", "!!binary aGk=", "!y [a]"]
)
def test_a_foreign_tag_is_a_finding(tag: str) -> None:
    assert codes_of(f"a: {tag}") == ["foreign-tag"]


@pytest.mark.parametrize("text", ["!!bool 1", "!!int true", "!!float x", "!!null x", "!!int 0049"])
def test_a_value_must_keep_what_its_tag_promises(text: str) -> None:
    assert codes_of(f"a: {text}") == ["wrong-type"]


@pytest.mark.parametrize("key", ["1", "true", "~", "1.5", "0049", ".inf"])
def test_a_key_that_is_no_text_is_a_finding_and_kept_as_text(key: str) -> None:
    document, problems = parse("a.yaml", f"{key}: x")
    assert [problem.code for problem in problems] == ["non-text-key"]
    assert document is not None
    assert document.data == {key: "x"}


def test_merge_keys_bring_in_what_is_not_there() -> None:
    text = """
x-a: &a {one: 1, two: 2}
x-b: &b {<<: *a, two: 22, three: 3}
c: {<<: *b, three: 33}
d: {<<: [*a, *b], four: 4}
"""
    data = data_of(text)
    assert data["c"] == {"one": 1, "two": 22, "three": 33}
    assert data["d"] == {"one": 1, "two": 2, "three": 3, "four": 4}


def test_a_merged_value_stands_where_it_is_written() -> None:
    document, _ = parse("a.yaml", "x-a: &a\n  one: 1\nb:\n  <<: *a\n")
    assert document is not None
    assert document.place(("b", "one")).line == 2


def test_an_alias_is_a_copy_of_its_value() -> None:
    data = data_of("a: &x [1, {b: 2}]\nc: *x\n")
    assert data["c"] == data["a"]
    assert data["c"] is not data["a"]


def test_merging_a_mapping_into_itself_without_end_is_stopped() -> None:
    lines = ["x-0: &x0 {a: 1}"] + [f"x-{n}: &x{n} {{<<: [{', '.join([f'*x{n - 1}'] * 9)}]}}" for n in range(1, 9)]
    assert codes_of("\n".join(lines)) == ["too-large"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 50_000,
        "- " * 50_000,
        "? " * 50_000,
        "\n".join(" " * n + "a:" for n in range(900)),
        "x: &a [" * 65,
    ],
)
def test_deep_nesting_is_a_finding_within_a_second(text: str) -> None:
    begin = perf_counter()
    assert codes_of(text) == ["too-deep"]
    assert perf_counter() - begin < 1


def test_aliases_may_not_nest_deeper_than_values() -> None:
    half = "[" * 40 + "{}" + "]" * 40
    assert codes_of(f"x-a: &a {half}\nx-b: {half.format('*a')}\n") == ["too-deep"]
    merged = "\n".join(["x-0: &x0 {a: 1}"] + [f"x-{n}: &x{n} {{<<: *x{n - 1}}}" for n in range(1, 80)])
    assert set(codes_of(merged)) == {"too-deep"}


def test_more_values_than_the_budget_without_any_alias_are_refused_too() -> None:
    assert codes_of("a: [" + "x," * 60_000 + "]") == ["too-large"]


def test_all_findings_of_a_text_are_told_at_once() -> None:
    assert codes_of("a: *x\nb: 007\nb: 1\n1: .nan\n") == [
        "yaml",
        "leading-zero",
        "duplicate-key",
        "non-text-key",
        "bad-value",
    ]


def test_a_line_break_of_another_kind_does_not_shift_the_place() -> None:
    (problem,) = parse("a.yaml", "a: 1\rb: 2\x85c: 007\u2028")[1]
    assert problem.position == (3, 4)


def test_a_lone_surrogate_is_a_finding() -> None:
    assert codes_of("a: \ud800") == ["yaml"]


# PyYAML puts an unknown escape at its letter, libyaml at the quote; and it takes no tab between key and value.
SAME = [case for case in CASES if case.stem not in {"unknown-escape", "windows-path-in-quotes", "tab-before-span"}]


@pytest.mark.parametrize("case", SAME, ids=lambda case: case.stem)
def test_the_slow_parser_says_the_same(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = parse(case.name, case.read_bytes())
    monkeypatch.setattr(nodes, "_Loader", yaml.SafeLoader)
    slow = parse(case.name, case.read_bytes())
    assert slow == fast
