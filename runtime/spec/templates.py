"""`instructions` and `first_message`: the text itself, or a file inside the spec's folder that holds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from runtime.spec.document import Document
from runtime.spec.library import Trail
from runtime.spec.model import TemplateSpec
from runtime.spec.problem import Problem
from runtime.spec.read import Unreadable
from runtime.spec.values import entries

KEYS = ("instructions", "first_message")


@dataclass(slots=True)
class Templates:
    """The templates by key, and what was wrong with the files among them."""

    texts: dict[str, TemplateSpec] = field(default_factory=dict[str, TemplateSpec])
    problems: list[Problem] = field(default_factory=list[Problem])


def read_templates(document: Document, data: Any, trail: Trail) -> Templates:
    """Read the templates of the resolved `data`; what is no template is left for the schema to tell.

    A file's path starts from the folder of the file that names it.
    """
    result = Templates()
    for key in KEYS:
        value = entries(data).get(key)
        file = entries(value).get("file")
        if isinstance(value, str):
            result.texts[key] = TemplateSpec(value)
        elif isinstance(file, str) and file:
            _read(document, trail, key, file, result)
    return result


def _read(document: Document, trail: Trail, key: str, file: str, result: Templates) -> None:
    path = (key, "file")
    whole = document.layer(path).folder / file
    if not trail.library.holds(whole):
        trail.refuse(whole)
        message = f"the file of {key} lies outside the agents' folder"
        hint = "keep it below that folder and write its path from there, such as prompts/concierge.md.j2"
        result.problems.append(document.problem(path, "outside-folder", message, hint))
        return
    content = trail.read(whole)
    if isinstance(content, Unreadable):
        code = "missing-file" if content.missing else "unreadable"
        message = f"the file of {key} {content.reason}"
        result.problems.append(document.problem(path, code, message, content.hint))
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"the file of {key} is not UTF-8: the byte 0x{content[error.start]:02x} in its line {line}"
        result.problems.append(document.problem(path, "encoding", message, "save the file as UTF-8"))
        return
    if not text.strip():
        message = f"the file of {key} is empty"
        result.problems.append(document.problem(path, "empty", message, "write the text into it"))
        return
    result.texts[key] = TemplateSpec(text, trail.library.local(whole))
