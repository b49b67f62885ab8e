"""`schemas/agent.schema.json`: where it is, and what it says about a document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators
from referencing import Registry

from runtime.spec.document import Document
from runtime.spec.mistakes import Mistake, explain
from runtime.spec.problem import Problem
from runtime.spec.values import Path, entries

# Inside the package in a wheel, beside it in a checkout.
_FOLDERS = (FilePath(__file__).parents[1] / "schemas", FilePath(__file__).parents[2] / "schemas")


_NOWHERE: Any = Registry[Any]()


def schema_path(name: str) -> FilePath:
    """Give the file of a schema, such as `agent`. Raises FileNotFoundError when the installation lacks it."""
    for folder in _FOLDERS:
        file = folder / f"{name}.schema.json"
        if file.is_file():
            return file
    raise FileNotFoundError(f"the installation lacks {name}.schema.json")


@lru_cache
def load_schema(name: str) -> dict[str, Any]:
    """Read a schema; the value is shared and must not be changed."""
    schema: dict[str, Any] = json.loads(schema_path(name).read_text(encoding="utf-8"))
    return schema


def check(
    document: Document, data: Any, skip: AbstractSet[Path] = frozenset(), *, schema: str = "agent"
) -> list[Problem]:
    """Give everything that a schema has against `data`, the document's data with its references resolved.

    Values at the paths in `skip` have been found wrong already and are left alone.
    """
    mistakes = list(_mistakes(document, data, schema))
    # A misspelt key is told as unknown, and not once more as missing.
    meant = {path for mistake in mistakes if mistake.code == "unknown-key" for path in mistake.about}
    # What is of the wrong type is not told to be a wrong value as well.
    mistyped = {mistake.path for mistake in mistakes if mistake.code == "wrong-type"} | skip
    problems: dict[Problem, None] = {}
    for mistake in mistakes:
        if mistake.code == "missing-key" and (meant.intersection(mistake.about) or _may_come(mistake, meant)):
            continue
        if mistake.path in (mistyped if mistake.code == "bad-value" else skip) and not mistake.key:
            continue
        note = _replaced(document, mistake.path) if mistake.code == "missing-key" else ""
        problem = document.problem(
            mistake.path, mistake.code, mistake.message, mistake.hint, key=mistake.key, note=note
        )
        problems[problem] = None
    return list(problems)


def _may_come(mistake: Mistake, meant: AbstractSet[Path]) -> bool:
    """Whether a missing key of the file may stand in another that a misspelt `extends` names."""
    return not mistake.path and ("extends",) in meant


def _replaced(document: Document, path: Path) -> str:
    """Why a key may be missing that the author of the spec believes to be inherited."""
    origin = document.replaced(path)
    return f"{origin.file}:{origin.line}: this value is replaced as a whole: it is no mapping" if origin else ""


def _mistakes(document: Document, data: Any, name: str) -> Iterator[Mistake]:
    schema = load_schema(name)
    for error in _validator(name).iter_errors(data):
        yield from explain(error, document, schema)


@lru_cache
def _validator(name: str) -> Any:
    """Compile a schema once. The empty registry keeps `$ref` from fetching anything."""
    library: Any = validators  # whose functions have no types
    extended = library.extend(Draft202012Validator, {"pattern": _pattern, "required": _required})
    return extended(load_schema(name), registry=_NOWHERE)


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """As in ECMA-262, where `$` does not match before a newline at the end as it does in Python."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$\Z", r"\\Z", pattern), instance):
        yield ValidationError("pattern")


def _required(validator: Any, required: list[str], instance: Any, schema: Any) -> Iterator[ValidationError]:
    """One error for all missing keys, where the library gives one each and names the key in a sentence."""
    if isinstance(instance, dict) and not all(key in entries(instance) for key in required):
        yield ValidationError("required")
