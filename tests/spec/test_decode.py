"""A valid file becomes an `AgentSpec` with everything in its long form."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.settings import (
    ChunkSettings,
    HistorySettings,
    ModelSettings,
    Secret,
    TranscriptionSettings,
    VoiceSettings,
)
from runtime.spec.load import load_file
from runtime.spec.model import AgentSpec, TemplateSpec, ToolSpec, VariableSpec
from runtime.spec.read import SourceFile

BASE = "model: gpt-4o\ninstructions: Be kind.\n"
ENV = {"KEY": "s3cr3t"}


def spec_of(text: str, file: str = "agents.d/night-porter.yaml") -> AgentSpec:
    loaded = load_file(SourceFile(Path(file), file, text.encode()), ENV)
    assert loaded.problems == ()
    assert loaded.spec is not None
    return loaded.spec


def test_two_keys_make_an_agent_and_the_rest_has_defaults() -> None:
    spec = spec_of(BASE)
    assert spec == AgentSpec(
        name="night-porter",
        path="/night-porter",
        description="",
        document=spec.document,
        digest=spec.digest,
        sources=spec.sources,
        model=ModelSettings("gpt-4o"),
        transcription=TranscriptionSettings(),
        voice=VoiceSettings(),
        instructions=TemplateSpec("Be kind."),
        first_message=None,
    )


def test_name_and_path_default_to_the_file_and_the_name() -> None:
    assert spec_of(BASE + "name: ada").path == "/ada"
    named = spec_of(BASE + "path: /hotel/front-desk")
    assert (named.name, named.path) == ("night-porter", "/hotel/front-desk")
    assert spec_of(BASE + "path: /").path == "/"


@pytest.mark.parametrize(
    ("written", "provider", "name"),
    [
        ("gpt-4o", "", "gpt-4o"),
        ("local/scripted", "local", "scripted"),
        ("openai/gpt-4o", "openai", "gpt-4o"),
        ("meta/llama-3", "", "meta/llama-3"),
        ("openai/meta/llama-3", "openai", "meta/llama-3"),
        ("{name: openai/gpt-4o}", "", "openai/gpt-4o"),
        ("{provider: local, name: scripted}", "local", "scripted"),
    ],
)
def test_a_role_is_written_short_or_long(written: str, provider: str, name: str) -> None:
    spec = spec_of(f"model: {written}\nvoice: {written}\ntranscription: {written}\ninstructions: Be kind.\n")
    assert spec.model == ModelSettings(name, provider)
    assert spec.voice == VoiceSettings(name, provider)
    assert spec.transcription == TranscriptionSettings(name, provider)


def test_null_is_none_and_an_empty_mapping_is_the_default() -> None:
    silent = spec_of(BASE + "voice: null\ntranscription: ~\n")
    assert (silent.voice, silent.transcription) == (None, None)
    usual = spec_of(BASE + "voice: {}\ntranscription: {}\n")
    assert (usual.voice, usual.transcription) == (VoiceSettings(), TranscriptionSettings())


def test_fallbacks_are_short_or_long_and_stay_in_order() -> None:
    spec = spec_of("model: {name: a, fallbacks: [local/scripted, {name: b, api_key: k}]}\ninstructions: i\n")
    assert spec.model.fallbacks == (ModelSettings("scripted", "local"), ModelSettings("b", api_key="k"))
    assert isinstance(spec.model.fallbacks[1].api_key, Secret)


def test_keys_and_references_are_hidden_however_they_are_written() -> None:
    spec = spec_of(
        "model: {name: a, api_key: sk-literal, base_url: 'https://${env:KEY}.example.com'}\n"
        "instructions: Say ${env:KEY}.\n"
        "voice: {api_key: '${env:KEY}'}\n"
    )
    assert spec.voice is not None
    assert spec.model.base_url == "https://s3cr3t.example.com"
    assert spec.instructions.text == "Say s3cr3t."
    assert spec.voice.api_key == "s3cr3t"
    for value in (spec.model.api_key, spec.model.base_url, spec.instructions.text, spec.voice.api_key):
        assert isinstance(value, Secret)
    assert "s3cr3t" not in repr(spec)
    assert "sk-literal" not in repr(spec)


def test_every_key_arrives() -> None:
    spec = spec_of("""
description: Front desk.
timezone: Europe/Lisbon
max_steps: 7
model:
  {name: m, provider: openai, base_url: "http://h/v1", api_key: k, temperature: 0.5, top_p: 0.9, max_tokens: 1e3,
   reasoning_effort: low, timeout_ms: 1, first_token_timeout_ms: 2, max_retries: 3, extra_body: {seed: [7]}, x-a: 1}
transcription:
  {name: t, provider: local, base_url: "http://h", api_key: k, language: pt-PT, prompt: Ada, timeout_ms: 1,
   max_retries: 0}
voice:
  {name: v, provider: local, model: m, base_url: "http://h", api_key: k, instructions: warm, format: wav, speed: 2,
   timeout_ms: 1, max_retries: 0, text_filters: [emoji], pronunciations: {SQL: sequel}, fallbacks: [echo]}
instructions: i
first_message: Hello.
variables:
  guest: {type: string, default: you, max_length: 9, from: header, description: Who., enum: [you, me]}
  level: {type: integer, required: true}
  x-note: anything
chunking:
  {min_chunk_size: 1, max_chunk_size: 9, first_chunk_size: 2, max_wait_ms: 0, parallel_generation: false,
   max_parallel_requests: 1}
tools:
  x-shared: &shared {timeout_ms: 9}
  get:
    <<: *shared
    python: a.b:c
    description: Gets.
    parameters: {type: object, properties: {a: {type: string}}}
    confirm: true
    examples: [Get it., Fetch it.]
history: {max_messages: 3, max_chars: 4}
limits: {max_audio_bytes: 2048}
x-anything: [goes]
""")
    assert (spec.description, spec.timezone, spec.max_steps, spec.max_audio_bytes) == (
        "Front desk.",
        "Europe/Lisbon",
        7,
        2048,
    )
    assert spec.model == ModelSettings(
        "m", "openai", "http://h/v1", "k", 0.5, 0.9, 1000, "low", 1, 2, 3, (), {"seed": [7]}
    )
    assert type(spec.model.max_tokens) is int
    assert spec.transcription == TranscriptionSettings("t", "local", "http://h", "k", "pt-PT", "Ada", 1, 0)
    assert spec.voice == VoiceSettings(
        "v",
        "local",
        "m",
        "http://h",
        "k",
        "warm",
        "wav",
        2,
        1,
        0,
        (VoiceSettings("echo"),),
        ("emoji",),
        {"SQL": "sequel"},
    )
    assert spec.first_message == TemplateSpec("Hello.")
    assert spec.variables == (
        VariableSpec("guest", "string", "you", False, 9, "header", "Who.", ("you", "me")),
        VariableSpec("level", "integer", required=True),
    )
    assert spec.chunking == ChunkSettings(1, 9, 2, 0, False, 1)
    parameters = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert spec.tools == (
        ToolSpec(
            "get",
            "a.b:c",
            description="Gets.",
            parameters=parameters,
            timeout_ms=9,
            confirm=True,
            examples=("Get it.", "Fetch it."),
        ),
    )
    assert spec.history == HistorySettings(3, 4)
