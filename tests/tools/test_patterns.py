"""Regular expressions that some texts keep busy for ever."""

from __future__ import annotations

import pytest

from runtime.errors import ToolError
from runtime.tools import declared
from runtime.tools.patterns import nests_repeats

NESTED = [
    "(a+)+$", "(a*)*", "([a-z]+)*", "(a|b+)+", "(?:a+)+", "(a+?)+", "((a)+b?)*", r"^(\w+\s?)*$", "(a{2,})*", "(a+){20}",
    "x(?=(a+)+)", "(?i)(a+)+", "(a+b|c)*d", "(?P<n>a+)*",
]  # fmt: skip
FINE = [
    "", "[a-z]+", "(ab){2}", r"\d{3}-\d{4}", "a+b+", "(a|b)*", "(abc)+", r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", "(ab?)+",
    r"(\d{1,3}\.){3}\d{1,3}", "(", "a{99999999999999}",
]  # fmt: skip


@pytest.mark.parametrize("pattern", NESTED)
def test_a_repeat_in_a_repeat_is_found(pattern: str) -> None:
    assert nests_repeats(pattern)


@pytest.mark.parametrize("pattern", FINE)
def test_other_patterns_are_fine(pattern: str) -> None:
    assert not nests_repeats(pattern)


@pytest.mark.parametrize(
    "inner",
    [
        {"pattern": "(a+)+$"},
        {"items": {"pattern": "(a+)+$"}},
        {"patternProperties": {"(a+)+$": {}}},
        {"anyOf": [{"pattern": "(a+)+$"}]},
    ],
)
def test_parameters_with_such_a_pattern_are_refused(inner: dict[str, object]) -> None:
    with pytest.raises(ToolError) as caught:
        declared.alone({"type": "object", "properties": {"a": inner}})
    assert str(caught.value) == (
        "the pattern (a+)+$ repeats what repeats itself, and some texts would keep it busy for ever; "
        "write it without a repeat inside a repeat"
    )
