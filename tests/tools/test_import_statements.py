from __future__ import annotations

import pytest

from runtime.tools.import_statements import names


@pytest.mark.parametrize(
    ("source", "package", "expected"),
    [
        ("import a.b as c, d", "", {"a.b", "d"}),
        ("from a import b, c", "pack", {"a", "a.b", "a.c"}),
        ("from . import b", "", {"b"}),
        ("from . import b", "pack", {"pack", "pack.b"}),
        ("from .a import b", "pack.inner", {"pack.inner.a", "pack.inner.a.b"}),
        ("from ..a import b", "pack.inner", {"pack.a", "pack.a.b"}),
        ("def f():\n    if True:\n        import late", "", {"late"}),
        ("x = (", "", set()),
        ("\0", "", set()),
    ],
)
def test_every_statement_is_read_wherever_it_stands(source: str, package: str, expected: set[str]) -> None:
    assert names(source.encode(), "t.py", package) == expected
