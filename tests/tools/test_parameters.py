from __future__ import annotations

import pytest

from runtime.errors import ToolError
from runtime.tools.parameters import Parameters, unknown
from runtime.tools.violations import Violation


def test_an_unknown_argument_names_the_known_ones() -> None:
    assert unknown("x", ["a", "b"]).predicate == "is not known: the arguments are a, b"
    assert unknown("x", []).predicate == "is not known: there are no arguments"


def test_a_check_that_recurses_too_deeply_is_the_arguments_fault() -> None:
    def check(arguments: dict[str, object]) -> dict[str, object] | list[Violation]:
        raise RecursionError

    with pytest.raises(ToolError, match=r"^the arguments are nested too deeply$"):
        Parameters({}, check).accept({})
