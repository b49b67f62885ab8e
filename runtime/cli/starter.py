"""The text of a first persona: every part that most people want, and the others as comments that work."""

from __future__ import annotations

_SPEC = """\
# yaml-language-server: $schema=@schema@
# $schema: @schema@
# Only `model` and `instructions` are required. With the lines above, editors complete and explain every key.
# What is wrong with this file: callboard check. Talk to it: callboard chat @name@.

description: Knows when places are open.

# A scripted stand-in answers from the tools until OPENAI_API_KEY is set, or OPENAI_BASE_URL.
model: gpt-4o
# model: {name: gpt-4o, temperature: 0.4, max_tokens: 300}

# Or null, for an agent that writes and does not speak.
voice: alloy
# voice: {name: alloy, speed: 1.1, pronunciations: {SQL: sequel}}

# Or null, for an agent that reads and does not listen.
transcription: whisper-1
# transcription: {name: whisper-1, language: en}

# Jinja2, rendered when a session opens. It sees now, date, time, weekday, timezone, agent, session_id, and `variables`.
instructions: |
  You are {{ agent }}, a friendly voice assistant. It is {{ weekday }}, {{ time }}.
  Keep answers short: they are spoken aloud.
  Use the tools to answer questions about opening hours; never guess them.
first_message: Hello! How can I help?

# Type hints and docstring in @module@.py tell the model what a tool is for.
tools:
  opening_hours:
    python: @module@:opening_hours
    # How people ask for it: (this|that), [left out] and {parameters}. The stand-in listens for these.
    examples:
      - when (is|does) [the] {place} (open|close)
      - what are the opening hours of the {place}

# What a session may bring, here as ws://…/@name@?guest_name=Ada.
# variables: {guest_name: {type: string, default: guest, max_length: 80}}
# timezone: Europe/Lisbon

# How soon the answer is heard, and how much of it at a time. These are the defaults.
# chunking: {min_chunk_size: 20, max_chunk_size: 150, first_chunk_size: 12, max_wait_ms: 400}
# max_steps: 5
# history: {max_messages: 100}
"""

_TOOLS = '''\
"""What @name@ can do."""

from typing import Annotated, Literal

HOURS = {"library": "from nine to six", "pool": "from seven to nine"}
Place = Literal["library", "pool"]


def opening_hours(place: Annotated[Place, "the place"]) -> dict[str, str]:
    """Tell when a place is open."""
    hours = HOURS[place]
    return {"open": hours, "say": f"The {place} is open {hours}."}
'''


def spec(name: str, schema: str) -> str:
    """The spec of the agent `name`; `schema` is where its editor finds the schema, relative to the spec."""
    return _filled(_SPEC, name).replace("@schema@", schema)


def tools(name: str) -> str:
    """The module that the spec's tool is in."""
    return _filled(_TOOLS, name)


def module_of(name: str) -> str:
    """The module's name: `front_desk_tools` of `front-desk`."""
    return f"{name.replace('-', '_')}_tools"


def _filled(text: str, name: str) -> str:
    return text.replace("@module@", module_of(name)).replace("@name@", name)
