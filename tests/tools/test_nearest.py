from __future__ import annotations

import pytest

from runtime.tools.nearest import suggestion


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"get_weather", "book"}, "did you mean `get_weather`?"),
        ({"b", "a"}, "there is `a`, `b`"),
        ({f"n{number:02}" for number in range(10)}, "and 2 more"),
        ((), "nothing"),
    ],
)
def test_the_nearest_name_is_suggested_or_what_there_is(known: set[str], said: str) -> None:
    assert said in suggestion("get_wether", known, "nothing")
