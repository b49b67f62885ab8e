"""A tool's JSON Schema as slots to fill: what is asked of the user, and how its value is recognised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, cast

from runtime.providers.local.scripted.words import keys, name_words, stem


class Kind(Enum):
    """How a value is found in an utterance."""

    CHOICE = auto()
    TRUTH = auto()
    NUMBER = auto()
    EMAIL = auto()
    MOMENT = auto()
    CODE = auto()
    PERSON = auto()
    PLACE = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Slot:
    """One parameter. `words` are the stems of its name and description; `name_stems` of its name alone."""

    name: str
    kind: Kind
    required: bool
    default: Any
    label: str
    choices: tuple[Any, ...]
    examples: tuple[str, ...]
    low: float | None
    high: float | None
    integer: bool
    many: bool
    name_stems: tuple[str, ...]
    words: frozenset[str]


# A string's kind by the words of its name, else of its description; the first line that has a word decides.
_KINDS: tuple[tuple[Kind, frozenset[str]], ...] = (
    (Kind.EMAIL, frozenset({"email", "mail"})),
    (Kind.CODE, frozenset("id code number pin phone telephone ref reference sku zip postcode serial isbn".split())),
    (Kind.MOMENT, frozenset("time date day when datetime deadline until due checkin checkout weekday".split())),
    (Kind.PLACE, frozenset(
        "location city place town country region destination origin address airport station street street "
        "departure arrival from area venue".split()
    )),
    (Kind.PERSON, frozenset("name person recipient contact guest customer who patient caller employee".split())),
)  # fmt: skip
_FORMATS = {"email": Kind.EMAIL, "date": Kind.MOMENT, "time": Kind.MOMENT, "date-time": Kind.MOMENT}
_TYPES = {"boolean": Kind.TRUTH, "integer": Kind.NUMBER, "number": Kind.NUMBER}


def slots(parameters: Mapping[str, Any]) -> tuple[Slot, ...]:
    """The slots of an object schema, in the order of its properties."""
    definitions = _mapping(parameters.get("$defs"))
    required = _sequence(parameters.get("required"))
    properties = _mapping(parameters.get("properties"))
    return tuple(_slot(name, _mapping(schema), name in required, definitions) for name, schema in properties.items())


def _slot(name: str, schema: Mapping[str, Any], required: bool, definitions: Mapping[str, Any]) -> Slot:  # noqa: FBT001 - private, positional
    outer, schema = schema, _plain(schema, definitions)
    many = schema.get("type") == "array"
    inner = _plain(_mapping(schema.get("items")), definitions) if many else schema
    choices = _choices(inner)
    label = _label(name, outer, schema)
    exclusive = 1 if inner.get("type") == "integer" else 1e-9
    return Slot(
        name=name,
        kind=Kind.CHOICE if choices else _kind(name, inner, label),
        required=required,
        default=outer.get("default", schema.get("default")),
        label=label,
        choices=choices,
        examples=tuple(str(example) for example in _sequence(schema.get("examples"))),
        low=_bound(inner, "minimum", "exclusiveMinimum", exclusive),
        high=_bound(inner, "maximum", "exclusiveMaximum", -exclusive),
        integer=inner.get("type") == "integer",
        many=many,
        name_stems=tuple(stem(word) for word in name_words(name)),
        words=frozenset(stem(word) for word in [*name_words(name), *keys(label)]),
    )


def _plain(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema behind a `$ref`, and of several alternatives the first that is not null."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        schema = _mapping(definitions.get(reference.rpartition("/")[2]))
    for word in ("anyOf", "oneOf", "allOf"):
        alternatives = [_mapping(item) for item in _sequence(schema.get(word))]
        for alternative in alternatives:
            if alternative.get("type") != "null":
                return {**_plain(alternative, definitions), **{k: v for k, v in schema.items() if k != word}}
    kinds = [kind for kind in _sequence(schema.get("type")) if kind != "null"]
    return {**schema, "type": kinds[0]} if kinds else schema


def _choices(schema: Mapping[str, Any]) -> tuple[Any, ...]:
    if "const" in schema:
        return (schema["const"],)
    return tuple(choice for choice in _sequence(schema.get("enum")) if choice is not None)


def _kind(name: str, schema: Mapping[str, Any], label: str) -> Kind:
    plain = _TYPES.get(str(schema.get("type"))) or _FORMATS.get(str(schema.get("format")))
    if plain:
        return plain
    for said in (name_words(name), keys(label)[:4]):
        for kind, telling in _KINDS:
            if not telling.isdisjoint(said):
                return kind
    return Kind.TEXT


def _label(name: str, outer: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    for source in (outer, schema):
        for key in ("description", "title"):
            label = source.get(key)
            if isinstance(label, str) and label.strip():
                return " ".join(label.split())
    return " ".join(name_words(name))


def _bound(schema: Mapping[str, Any], inclusive: str, exclusive: str, step: float) -> float | None:
    if isinstance(schema.get(inclusive), int | float):
        return float(schema[inclusive])
    if isinstance(schema.get(exclusive), int | float):
        return float(schema[exclusive]) + step
    return None


def _mapping(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _sequence(value: object) -> Sequence[Any]:
    return cast("Sequence[Any]", value) if isinstance(value, list | tuple) else ()
