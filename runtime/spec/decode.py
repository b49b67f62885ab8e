"""A valid tree -> an `AgentSpec`: short forms made long, defaults filled in, all of it frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from runtime.redaction import KNOWN
from runtime.settings import (
    ChunkSettings,
    HistorySettings,
    HttpSettings,
    ModelSettings,
    ProbeSettings,
    Secret,
    ToolPhrases,
    TranscriptionSettings,
    VoiceSettings,
)
from runtime.spec.checks import default_name
from runtime.spec.document import Document
from runtime.spec.library import Trail
from runtime.spec.model import AgentSpec, TemplateSpec, ToolSpec, VariableSpec
from runtime.spec.values import items

# In `provider/name` only these are providers: the names of models hold slashes of their own.
PROVIDERS = ("openai", "local")

_OPTIONAL = ("max_steps", "max_parallel_tools", "max_tool_calls", "timezone")

_Settings = TypeVar("_Settings")
_Role = TypeVar("_Role", ModelSettings, TranscriptionSettings, VoiceSettings)


def decode(
    document: Document, data: Mapping[str, Any], templates: Mapping[str, TemplateSpec], trail: Trail
) -> AgentSpec:
    """Build the agent from `data`: the document's, resolved, and without a mistake. `trail` is where it led."""
    name = data.get("name", default_name(document))
    optional = {key: data[key] for key in _OPTIONAL if key in data}
    if "max_audio_bytes" in data.get("limits", {}):
        optional["max_audio_bytes"] = data["limits"]["max_audio_bytes"]
    return AgentSpec(
        name=name,
        path=data.get("path", f"/{name}"),
        description=data.get("description", ""),
        document=document,
        digest=trail.digest,
        sources=trail.sources,
        env_names=trail.env_names,
        model=_role(ModelSettings, data["model"]),
        transcription=_optional_role(TranscriptionSettings, data, "transcription"),
        voice=_optional_role(VoiceSettings, data, "voice"),
        instructions=templates["instructions"],
        first_message=templates.get("first_message"),
        variables=tuple(_variable(key, value) for key, value in _own(data.get("variables", {})).items()),
        chunking=_settings(ChunkSettings, data.get("chunking", {})),
        tools=tuple(_tool(key, value) for key, value in _own(data.get("tools", {})).items()),
        history=_settings(HistorySettings, data.get("history", {})),
        **optional,
    )


def _optional_role(kind: type[_Role], data: Mapping[str, Any], key: str) -> _Role | None:
    """Not given means the usual one, null means none."""
    value = data.get(key, {})
    return None if value is None else _role(kind, value)


def _role(kind: type[_Role], value: str | Mapping[str, Any]) -> _Role:
    if isinstance(value, str):
        provider, slash, name = value.partition("/")
        value = {"provider": provider, "name": name} if slash and provider in PROVIDERS else {"name": value}
    settings = dict(value)
    if "api_key" in settings:
        settings["api_key"] = Secret(settings["api_key"])
        KNOWN.add(settings["api_key"].values)
    if "fallbacks" in settings:
        settings["fallbacks"] = [_role(kind, each) for each in settings["fallbacks"]]
    return _settings(kind, settings)


def _variable(name: str, value: Mapping[str, Any]) -> VariableSpec:
    renamed = {"source" if key == "from" else key: item for key, item in value.items()}
    return _settings(VariableSpec, {"name": name, **renamed})


def _tool(name: str, value: Mapping[str, Any]) -> ToolSpec:
    settings: dict[str, Any] = {"name": name, **value}
    if "http" in settings:
        settings["http"] = _http(settings["http"])
    if "say" in settings:
        say = settings["say"]
        settings["say"] = ToolPhrases(slow=say) if isinstance(say, str) else _settings(ToolPhrases, say)
    return _settings(ToolSpec, settings)


def _http(value: Mapping[str, Any]) -> HttpSettings:
    settings = dict(value)
    if "probe" in settings:
        settings["probe"] = _settings(ProbeSettings, _listed(settings["probe"]))
    return _settings(HttpSettings, _listed(settings))


def _listed(value: Mapping[str, Any]) -> dict[str, Any]:
    """One expected status is a list of one."""
    expected = value.get("expect_status", [])
    return {**value, "expect_status": expected if isinstance(expected, list) else [expected]} if expected else {**value}


def _settings(kind: type[_Settings], value: Mapping[str, Any]) -> _Settings:
    """Fill a dataclass from the mapping of the same keys; lists become tuples."""
    whole = {each.name for each in fields(kind) if str(each.type).startswith("int")}  # type: ignore[arg-type]
    return kind(**{key: _frozen(item, whole=key in whole) for key, item in _own(value).items()})


def _frozen(value: Any, *, whole: bool) -> Any:
    if isinstance(value, list):
        return tuple(items(value))
    # JSON Schema counts 1e3 as an integer; Python does not.
    return int(value) if whole and isinstance(value, float) else value


def _own(value: Mapping[str, Any]) -> dict[str, Any]:
    """Without the keys that are the author's own."""
    return {key: item for key, item in value.items() if not key.startswith("x-")}
