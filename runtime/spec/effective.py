"""A spec as it takes effect: every value, whether its author wrote it or not, and where."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from hashlib import blake2b
from typing import Any

from runtime.settings import Secret
from runtime.spec.document import Origin
from runtime.spec.masking import is_secret
from runtime.spec.model import AgentSpec, TemplateSpec
from runtime.spec.values import Path, entries, items

HIDDEN = "***"

_NOT_WRITTEN = frozenset({"document", "digest", "sources", "env_names"})
_BY_NAME: frozenset[Path] = frozenset({("tools",), ("variables",)})
_RENAMED: Mapping[str, Path] = {"max_audio_bytes": ("limits", "max_audio_bytes"), "source": ("from",)}


@dataclass(frozen=True, slots=True)
class Value:
    """One value in words, under its key in a spec. `origin` is None for a default.

    `content` is the value itself, for a text in a file of its own that text: never to be shown.
    """

    path: Path
    text: str
    origin: Origin | None
    content: Any = field(repr=False)

    @property
    def key(self) -> str:
        """The path as people write it: `model.fallbacks[0].name`."""
        head, *rest = self.path
        return str(head) + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)

    def digest(self, key: bytes) -> str:
        """The same for equal contents under the same key, of 64 bytes at most; it tells nothing without the key."""
        return blake2b(json.dumps(self.content).encode(), key=key, digest_size=16).hexdigest()


def effective_values(spec: AgentSpec) -> Iterator[Value]:
    """Every value of the spec, in the order of its model. What came from outside, or is secret, is hidden."""
    for path, value, content in _leaves(spec, ()):
        at = _written_at(spec.document.data, path, value)
        origin = None if at is None else spec.document.origin(at)
        yield Value(path, HIDDEN if _is_hidden(spec, path, at, value) else in_words(value), origin, content)


def in_words(value: Any) -> str:
    """A value on one line: text as it is, anything else as JSON, with what came from outside hidden."""
    if isinstance(value, str) and value and not isinstance(value, Secret):
        return " ⏎ ".join(line.strip() for line in value.strip().splitlines())
    return json.dumps(_shown(value), ensure_ascii=False)


def _shown(value: Any) -> Any:
    if isinstance(value, Secret):
        return HIDDEN
    if isinstance(value, dict):
        return {key: HIDDEN if is_secret((key,)) else _shown(item) for key, item in entries(value).items()}
    return [_shown(item) for item in _sequence(value)] if isinstance(value, list | tuple) else value


def _is_hidden(spec: AgentSpec, path: Path, at: Path | None, value: Any) -> bool:
    """A part of a text with a reference, such as the name in `openai/${env:MODEL}`, is no `Secret` by its type."""
    written = _at(spec.document.data, at) if at else None
    return (
        isinstance(value, Secret)
        or (is_secret(path) and bool(value))
        or (isinstance(value, str) and isinstance(written, str) and "${" in written)
    )


# -- values


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    """The values below a part of the model, under the keys that a spec has for them, each with its content."""
    if isinstance(value, TemplateSpec):
        yield ((*path, "file"), value.file, value.text) if value.file else (path, value.text, value.text)
        return
    children = tuple(_children(value, path))
    if not children:
        yield path, {} if path in _BY_NAME else value, value
    for below, child in children:
        yield from _leaves(child, below)


def _children(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if is_dataclass(value):
        for field in fields(value):
            if field.name not in _NOT_WRITTEN and not (field.name == "name" and path[:-1] in _BY_NAME):
                yield (*path, *_RENAMED.get(field.name, (field.name,))), getattr(value, field.name)
    elif isinstance(value, tuple):
        for index, item in enumerate(_sequence(value)):
            if path in _BY_NAME:
                yield (*path, str(item.name)), item
            elif is_dataclass(item):
                yield (*path, index), item
    else:
        for key, item in entries(value).items():
            yield (*path, key), item


def _sequence(value: Any) -> tuple[Any, ...]:
    return tuple(value)


# -- places

_MISSING = object()


def _written_at(data: Any, path: Path, value: Any) -> Path | None:
    """Where it is written: under its own key, or in the short form of what has it, `model: openai/gpt-4o`."""
    if _at(data, path) is not _MISSING:
        return path
    short = path[:-1]
    in_short = path[-1] == "name" or (path[-1] == "provider" and value)
    return short if short and in_short and isinstance(_at(data, short), str) else None


def _at(data: Any, path: Path) -> Any:
    for part in path:
        if isinstance(part, int):
            listed = items(data)
            data = listed[part] if part < len(listed) else _MISSING
        else:
            data = entries(data).get(part, _MISSING)
    return data
