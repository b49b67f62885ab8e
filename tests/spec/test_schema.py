"""The schema, the dataclasses, and the words for what it finds say the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runtime.settings import (
    AUDIO_FORMATS,
    ChunkSettings,
    HistorySettings,
    HttpSettings,
    ModelSettings,
    ProbeSettings,
    ToolPhrases,
    TranscriptionSettings,
    VoiceSettings,
)
from runtime.spec import schema as schema_module
from runtime.spec.checks import BUILT_IN_VARIABLES, RESERVED
from runtime.spec.decode import PROVIDERS
from runtime.spec.document import parse
from runtime.spec.mistakes import _EXPLANATIONS
from runtime.spec.model import AgentSpec, TemplateSpec, ToolSpec, VariableSpec
from runtime.spec.nearest import members
from runtime.spec.schema import check, load_schema, schema_path
from runtime.spec.unsupported import _NOT_YET, _TOOLS_NOT_YET
from runtime.tools.builtin import BUILTINS

SCHEMA = load_schema("agent")
ROOT = SCHEMA["properties"]
NOT_YET = {str(path[-1]) for path, _ in _NOT_YET} | set(_TOOLS_NOT_YET)


def properties(name: str) -> dict[str, Any]:
    return dict(members({"$ref": f"#/$defs/{name}"}, SCHEMA))


def subschemas(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema below one, with where it stands."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for keyword in ("properties", "$defs", "patternProperties"):
        for key, value in schema.get(keyword, {}).items():
            yield from subschemas(value, f"{path}/{keyword}/{key}")
    for keyword in ("items", "additionalProperties", "propertyNames", "if", "then", "else"):
        yield from subschemas(schema.get(keyword), f"{path}/{keyword}")
    for keyword in ("anyOf", "oneOf"):
        for index, value in enumerate(schema.get(keyword, ())):
            yield from subschemas(value, f"{path}/{keyword}/{index}")


EVERY = dict(subschemas(SCHEMA))
KEYS = {f"{path}/{key}": value for path, schema in EVERY.items() for key, value in schema.get("properties", {}).items()}
RENAMED = {"source": "from"}
PAIRS = [
    (ModelSettings, properties("model"), set()),
    (TranscriptionSettings, properties("transcription"), set()),
    (VoiceSettings, properties("voice"), set()),
    (ChunkSettings, ROOT["chunking"]["properties"], set()),
    (HistorySettings, ROOT["history"]["properties"], set()),
    (VariableSpec, properties("variable"), {"name"}),
    (ToolSpec, properties("tool"), {"name"}),
    (HttpSettings, properties("tool")["http"]["properties"], set()),
    (ProbeSettings, properties("tool")["http"]["properties"]["probe"]["properties"], set()),
    (ToolPhrases, properties("tool")["say"]["properties"], set()),
    (TemplateSpec, properties("template"), {"text"}),
    (AgentSpec, ROOT, {"document", "digest", "sources", "env_names", "max_audio_bytes"}),
]


def test_the_schema_is_a_schema_of_its_draft() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(("kind", "keys", "elsewhere"), PAIRS, ids=lambda value: getattr(value, "__name__", ""))
def test_schema_and_dataclass_have_the_same_keys(kind: type, keys: dict[str, Any], elsewhere: set[str]) -> None:
    names = {RENAMED.get(each.name, each.name) for each in fields(kind)} - elsewhere
    assert names == set(keys) - NOT_YET - {"limits", "extends"}


@pytest.mark.parametrize(("kind", "keys", "elsewhere"), PAIRS, ids=lambda value: getattr(value, "__name__", ""))
def test_schema_and_dataclass_have_the_same_defaults(kind: type, keys: dict[str, Any], elsewhere: set[str]) -> None:
    if kind is AgentSpec:
        keys = keys | {"max_audio_bytes": ROOT["limits"]["properties"]["max_audio_bytes"]}
    for each in fields(kind):
        name = RENAMED.get(each.name, each.name)
        if name not in keys:
            continue
        default = each.default if each.default_factory is MISSING else each.default_factory()
        if isinstance(default, ChunkSettings | HistorySettings | ToolPhrases):
            default = {}
        written = keys[name].get("default", MISSING)
        if default in ("", None) or name == "enum":
            # The provider's or the server's own, or no bound: nothing that an author could write.
            assert written in (MISSING, ""), name
        elif kind is AgentSpec and name in {"transcription", "voice", "description"}:
            assert written is not MISSING, name
        else:
            expected = list(default) if isinstance(default, tuple) and not isinstance(written, dict) else default
            assert written == (expected or written), name
            assert bool(written) == bool(expected), name


def test_roles_that_are_not_given_are_the_default_ones() -> None:
    assert ROOT["transcription"]["default"] == TranscriptionSettings().name
    assert ROOT["voice"]["default"] == VoiceSettings().name


def test_choices_are_the_same_in_the_schema_and_in_the_code() -> None:
    assert properties("voice")["format"]["enum"] == list(AUDIO_FORMATS)
    for role in ("model", "transcription", "voice"):
        assert properties(role)["provider"]["enum"] == list(PROVIDERS)
    kinds = [branch["required"][0] for branch in EVERY["/$defs/tool"]["oneOf"]]
    assert kinds == ["python", "http", *_TOOLS_NOT_YET, "builtin"]
    assert EVERY["/$defs/tool"]["properties"]["builtin"]["enum"] == list(BUILTINS)


def test_what_is_not_supported_yet_is_in_the_schema() -> None:
    for path, _ in _NOT_YET:
        assert "/".join(["", *(f"properties/{part}" for part in path)]) in EVERY


@pytest.mark.parametrize("path", sorted(KEYS))
def test_every_key_is_explained(path: str) -> None:
    schema = KEYS[path]
    assert schema["description"].endswith("."), "a sentence"
    assert {"default", "examples", "enum", "const"} & set(schema)


@pytest.mark.parametrize("path", sorted(path for path, schema in EVERY.items() if "pattern" in schema))
def test_every_pattern_has_words(path: str) -> None:
    assert EVERY[path]["patternErrorMessage"]
    assert {"default", "examples"} & set(EVERY[path]) or path.endswith("/propertyNames")
    assert EVERY[path]["pattern"].startswith("^")
    assert EVERY[path]["pattern"].endswith("$")


@pytest.mark.parametrize("path", sorted(path for path, schema in EVERY.items() if "examples" in schema))
def test_every_example_and_default_is_valid(path: str) -> None:
    here = {"$defs": SCHEMA["$defs"], **EVERY[path]}
    examples = list(here["examples"]) + ([here["default"]] if "default" in here else [])
    for example in examples:
        errors = list(Draft202012Validator(here).iter_errors(example))
        assert not errors, example


def test_every_mapping_of_ours_refuses_unknown_keys_but_those_of_authors() -> None:
    for path, schema in EVERY.items():
        if "properties" in schema and not path.endswith("/parameters"):
            assert schema["additionalProperties"] is False, path
            assert schema["patternProperties"] == {"^x-": {}}, path


@pytest.mark.parametrize("file", sorted(schema_path("agent").parent.glob("*.schema.json")), ids=lambda file: file.stem)
def test_every_keyword_has_an_explanation(file: Path) -> None:
    annotations = {"$schema", "title", "description", "default", "examples", "x-synonyms", "patternErrorMessage"}
    structure = {"$ref", "$defs", "properties", "patternProperties", "propertyNames", "items", "if", "then", "else"}
    for path, schema in subschemas(json.loads(file.read_text(encoding="utf-8"))):
        assert set(schema) <= annotations | structure | set(_EXPLANATIONS), path


def test_synonyms_are_no_keys_of_the_same_mapping() -> None:
    for path, schema in EVERY.items():
        keys = schema.get("properties", {})
        for key, inner in keys.items():
            assert not set(inner.get("x-synonyms", ())) & set(keys), f"{path}: {key}"


def test_reserved_words_are_what_the_protocol_and_the_format_name() -> None:
    assert {"/healthz", "/readyz", "/metrics", "/agents"} < set(RESERVED)
    assert {"now", "date", "time", "weekday", "timezone", "agent", "session_id", "args"} == set(BUILT_IN_VARIABLES)


def test_the_schema_is_found_in_a_checkout_and_in_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert schema_path("agent").name == "agent.schema.json"
    wheel, checkout = tmp_path / "runtime" / "schemas", tmp_path / "schemas"
    monkeypatch.setattr(schema_module, "_FOLDERS", (wheel, checkout))
    with pytest.raises(FileNotFoundError, match=r"lacks agent\.schema\.json"):
        schema_path("agent")
    for folder in (checkout, wheel):
        folder.mkdir(parents=True)
        (folder / "agent.schema.json").write_text("{}")
        assert schema_path("agent").parent == folder


def test_a_reference_to_another_host_is_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    parameters = "{type: object, properties: {a: {$ref: 'http://127.0.0.1:9/x'}}}"
    text = f"model: m\ninstructions: i\ntools: {{t: {{python: 'a:b', parameters: {parameters}}}}}\n"
    document, _ = parse("a.yaml", text)
    assert document is not None
    assert check(document, document.data) == []


def test_a_newline_at_the_end_is_not_overlooked() -> None:
    document, _ = parse("a.yaml", 'model: m\ninstructions: i\nname: "ada\\n"\n')
    assert document is not None
    assert [problem.code for problem in check(document, document.data)] == ["bad-value"]


@pytest.mark.parametrize("name", ["server"])
def test_another_schema_is_checked_in_the_same_words(name: str, tmp_path: Path) -> None:
    document, _ = parse("callboard.yaml", "prot: 8080\nport: '80'\n")
    assert document is not None
    found = [(problem.code, problem.hint) for problem in check(document, document.data, schema=name)]
    assert ("unknown-key", "did you mean 'port'?") in found
    assert ("wrong-type", "write the number without quotes: 80") in found
