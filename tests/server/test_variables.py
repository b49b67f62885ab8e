from typing import Any

import pytest

from runtime.errors import ClientError
from runtime.server.variables import session_values
from runtime.spec.model import VariableSpec


@pytest.mark.parametrize(
    ("variable", "raw", "value"),
    [
        (VariableSpec("v"), "Ada", "Ada"),
        (VariableSpec("v"), " A\nda\x00 ", "Ada"),
        (VariableSpec("v"), None, ""),
        (VariableSpec("v", default="guest"), None, "guest"),
        (VariableSpec("v", "integer"), "42", 42),
        (VariableSpec("v", "integer"), None, None),
        (VariableSpec("v", "number"), "1.5", 1.5),
        (VariableSpec("v", "boolean"), "Yes", True),
        (VariableSpec("v", "boolean"), "off", False),
        (VariableSpec("v", enum=("a", "b")), "b", "b"),
    ],
)
def test_a_value_is_read_as_its_type(variable: VariableSpec, raw: str | None, value: Any) -> None:
    query = {} if raw is None else {"v": raw}
    assert session_values([variable], query, {}) == {"v": value}


@pytest.mark.parametrize(
    ("variable", "raw", "says"),
    [
        (VariableSpec("v", required=True), None, "'v' is missing"),
        (VariableSpec("v", max_length=3), "abcd", "longer than 3"),
        (VariableSpec("v", "integer"), "1.5", "of type integer"),
        (VariableSpec("v", "number"), "nan", "of type number"),
        (VariableSpec("v", "boolean"), "maybe", "of type boolean"),
        (VariableSpec("v", enum=("a", "b")), "c", "one of: a, b"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_words(variable: VariableSpec, raw: str | None, says: str) -> None:
    with pytest.raises(ClientError, match=says) as refused:
        session_values([variable], {} if raw is None else {"v": raw}, {})
    assert refused.value.code == "bad_message"


def test_a_variable_may_come_from_a_header() -> None:
    variable = VariableSpec("guest_name", source="header")
    assert session_values([variable], {"guest_name": "query"}, {"guest-name": "header"}) == {"guest_name": "header"}
