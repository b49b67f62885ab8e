"""What a docstring says to a model: what the tool does, and what its parameters mean.

Google, NumPy and Sphinx styles are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from docstring_parser import parse


@dataclass(frozen=True, slots=True)
class Documentation:
    """`text` is empty where nothing is said; `parameters` holds the documented ones only."""

    text: str
    parameters: Mapping[str, str]


def read(docstring: str) -> Documentation:
    """Read a docstring; sections about results, errors and examples are for people and left out."""
    parsed = parse(docstring)
    # A summary may go on in the next line.
    gap = "\n\n" if parsed.blank_after_short_description else "\n"
    texts = (parsed.short_description, parsed.long_description)
    parameters = {param.arg_name: " ".join(param.description.split()) for param in parsed.params if param.description}
    return Documentation(gap.join(text for text in texts if text), parameters)
