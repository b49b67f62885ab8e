"""Patterns of texts, and texts that keep other engines busy for years."""

from __future__ import annotations

import pytest

from runtime.errors import ToolError
from runtime.tools.patterns import matcher
from tests.tools.conftest import Folder

CATASTROPHES = [
    "(a+)+$", "(a*)*$", "([a-z]+)*$", "(a|a)*$", "(a{1,16}){1,16}$", "(.*a){12}$", "a*a*a*a*a*a*$", "(a?){25}a{25}$",
    "(a|aa)+$",
]  # fmt: skip


@pytest.mark.parametrize("pattern", CATASTROPHES)
def test_no_text_keeps_a_pattern_busy(pattern: str) -> None:
    matcher(pattern)("a" * 20_000 + "!")


def test_a_pattern_is_looked_for_anywhere() -> None:
    assert matcher("b+")("abba")
    assert not matcher("^b+$")("abba")
    assert matcher(r"^\d{3}-\d{4}$")("555-0199")


@pytest.mark.parametrize("pattern", ["(", "(?=a)", r"(a)\1", "(?<!a)b"])
def test_what_cannot_be_matched_in_time_is_refused(pattern: str, folder: Folder) -> None:
    with pytest.raises(ToolError, match="cannot be used"):
        matcher(pattern)
    folder.write("t.py", "def go(v: str):\n    'Go.'")
    parameters = {"type": "object", "properties": {"v": {"type": "string", "pattern": pattern}}, "required": ["v"]}
    assert "pattern" in folder.refusal("t:go", parameters=parameters)


async def test_a_declared_pattern_is_checked(folder: Folder) -> None:
    folder.write("t.py", "def go(v: str):\n    'Go.'\n    return v")
    parameters = {"type": "object", "properties": {"v": {"type": "string", "pattern": "^a+$"}}, "required": ["v"]}
    tool = folder.bind("t:go", parameters=parameters)
    assert await tool.call({"v": "aa"}) == "aa"
    assert tool.objection({"v": "ab"}) == 'v: "ab" does not match the pattern ^a+$'


def test_names_by_pattern_are_refused(folder: Folder) -> None:
    folder.write("t.py", "def go():\n    'Go.'")
    refusal = folder.refusal("t:go", parameters={"type": "object", "patternProperties": {"(a+)+": {}}})
    assert refusal == "`patternProperties` is not available in a tool's parameters; name the properties"
