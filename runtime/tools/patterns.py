"""Patterns of texts, matched in a time that grows with the text and no faster.

Arguments are a stranger's, and some texts keep Python's `re` busy for years (CWE-1333). The engine here is the one of
pydantic, Rust's `regex`, which knows no backtracking: so it has no lookaround and no back-references either.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema

from runtime.errors import ToolError


@lru_cache(maxsize=1024)
def matcher(pattern: str) -> Callable[[str], bool]:
    """Say of a text whether the pattern is found in it. Raises ToolError for a pattern that cannot be had."""
    try:
        return SchemaValidator(core_schema.str_schema(pattern=pattern, regex_engine="rust-regex")).isinstance_python
    except SchemaError:
        raise ToolError(
            f"the pattern {pattern} cannot be used: it is none, or it needs lookaround or back-references, "
            "which no engine matches in a bounded time"
        ) from None
