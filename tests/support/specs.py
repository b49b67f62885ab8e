"""Specs that several tests serve."""

VOICE = """\
model: gpt-4o
voice: {name: alloy, format: pcm}
instructions: You are Ada.
chunking: {min_chunk_size: 8, first_chunk_size: 8}
tools:
  look: {python: "demo_tools:look"}
  slow: {python: "demo_tools:slow", on_interrupt: cancel}
  broken: {python: "demo_tools:broken"}
"""

TEXT = """\
model: gpt-4o
voice: null
transcription: null
instructions: You are Bob.
"""

TOOLS = '''\
"""Tools of the tests."""

import asyncio


def look(city: str) -> dict:
    """Look at a city."""
    return {"city": city, "temperature": 20}


async def slow() -> str:
    """Never come back."""
    await asyncio.Event().wait()
    return "late"


def broken() -> str:
    """Break."""
    raise RuntimeError("a secret: hunter2")
'''
