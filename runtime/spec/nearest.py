"""What a misspelt word was meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

_CUTOFF = 0.6


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that differs only by case, dashes and underscores, else the most similar one."""
    plain = {_plain(each): each for each in reversed(tuple(known))}
    close = get_close_matches(_plain(word), plain, n=1, cutoff=_CUTOFF)
    return plain[close[0]] if close else None


def same(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that is the same but for case, dashes and underscores."""
    return next((each for each in known if _plain(each) == _plain(word)), None)


def synonym(word: str, properties: Mapping[str, Any]) -> str | None:
    """Give the key that other systems call by this word (`x-synonyms` in the schema)."""
    for key, schema in properties.items():
        if same(word, schema.get("x-synonyms", ())):
            return key
    return None


def members(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the keys that a mapping may have, with their schemas; none where it is no mapping of ours."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if "properties" in schema:
        properties: Mapping[str, Any] = schema["properties"]
        return properties
    for branch in schema.get("anyOf", ()):
        found = members(branch, root)
        if found:
            return found
    return {}


def _plain(word: str) -> str:
    return re.sub(r"[-_\s]", "", word).lower()
