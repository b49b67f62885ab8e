"""Templates: compiled once for each blueprint, rendered once for each session.

What a template sees is plain text and numbers, and an undefined name is an error; see `sandbox` for what it cannot do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.loaders import FunctionLoader

from runtime.errors import CallboardError
from runtime.sandbox.bounds import TooMuchError, filled
from runtime.sandbox.environment import Sandbox
from runtime.sandbox.excess import depth, excess
from runtime.sources import SourceRef, digest_of

BUILTIN_VARIABLES = frozenset({"now", "date", "time", "weekday", "timezone", "agent", "session_id"})
MAX_INCLUDE_BYTES = 512 * 1024
MAX_INCLUDES = 100


class PromptError(CallboardError):
    """A template cannot be compiled or rendered.

    `line` counts from 1 within the template, 0 if it is not known; `file` is the included file at fault, if one is;
    `word` is the name at fault, and `known` are those that it might have been.
    """

    def __init__(
        self, message: str, line: int = 0, file: str = "", *, word: str = "", known: Iterable[str] = ()
    ) -> None:
        super().__init__(message)
        self.line = line
        self.file = file
        self.word = word
        self.known = tuple(known)


class Template:
    """One compiled template."""

    __slots__ = ("_template",)

    def __init__(self, template: Any) -> None:
        self._template = template

    def render(self, values: Mapping[str, Any]) -> str:
        """Fill in the values. Raises PromptError, whose message is fit for people."""
        try:
            return filled(self._template, values)
        except (TemplateError, TooMuchError) as error:
            raise PromptError(f"The template cannot be filled in: {str(error).rstrip('.')}.") from None
        except Exception as error:
            raise PromptError(f"The template cannot be filled in ({type(error).__name__}).") from error


class TemplateFolder:
    """The templates of one blueprint, with the files beside the spec that they include.

    Included files are read while compiling and never again: an edit on disk does not reach a live blueprint.
    """

    def __init__(self, folder: Path, variables: Iterable[str]) -> None:
        self._folder = folder
        self._known = BUILTIN_VARIABLES | set(variables)
        self._files: dict[str, str] = {}
        self._loops: dict[str, int] = {}
        self._sources: list[SourceRef] = []
        self._environment = Sandbox(FunctionLoader(self._files.get))

    @property
    def sources(self) -> tuple[SourceRef, ...]:
        """The files that were included so far."""
        return tuple(self._sources)

    def compile(self, text: str) -> Template:
        """Compile a template that has no `mistakes`."""
        return Template(self._environment.from_string(text))

    def mistakes(self, text: str) -> list[PromptError]:
        """Everything that is wrong with a template and the files that it includes."""
        found: list[PromptError] = []
        self._examine(text, "", (), found)
        return found

    def _examine(self, text: str, file: str, within: tuple[str, ...], found: list[PromptError]) -> int:
        """Note what is wrong; returns how deep the template loops."""
        try:
            tree = self._environment.parse(text)
            used = meta.find_undeclared_variables(tree)
        except TemplateSyntaxError as error:
            found.append(PromptError(f"{(error.message or '').rstrip('.')}.", error.lineno, file))
            return 0
        found += self._undeclared(tree, used, file)
        for include in tree.find_all(nodes.Include):
            self._include(include, file, within, found)
        loops = self._loops.get
        found += [PromptError(f"{what}.", line, file) for what, line in excess(tree, lambda name: loops(name, 0))]
        return depth(tree, lambda name: loops(name, 0))

    def _undeclared(self, tree: nodes.Template, used: set[str], file: str) -> list[PromptError]:
        unknown = used - self._known - self._environment.globals.keys()
        lines: dict[str, int] = {}
        for name in tree.find_all(nodes.Name):
            if name.name in unknown:
                lines.setdefault(name.name, name.lineno)
        return [
            PromptError(f"{word!r} is not declared.", line, file, word=word, known=sorted(self._known))
            for word, line in sorted(lines.items(), key=lambda item: item[1])
        ]

    def _include(self, include: nodes.Include, file: str, within: tuple[str, ...], found: list[PromptError]) -> None:
        if not (isinstance(include.template, nodes.Const) and isinstance(include.template.value, str)):
            found.append(PromptError("An include must name its file as plain text.", include.lineno, file))
            return
        name = include.template.value
        if name in within:
            circle = " → ".join((*within, name))
            found.append(PromptError(f"The files include each other: {circle}.", include.lineno, file, word=name))
        elif name not in self._files:
            try:
                self._files[name] = self._read(name)
            except PromptError as error:
                found.append(PromptError(str(error), include.lineno, file, word=name))
                return
            self._loops[name] = self._examine(self._files[name], name, (*within, name), found)

    def _read(self, name: str) -> str:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise PromptError(f"The included file {name!r} is outside the agents folder.")
        if len(self._files) >= MAX_INCLUDES:
            raise PromptError(f"More than {MAX_INCLUDES} files are included.")
        try:
            data = path.read_bytes()
        except OSError:
            raise PromptError(f"The included file {name!r} cannot be read.") from None
        if len(data) > MAX_INCLUDE_BYTES:
            raise PromptError(f"The included file {name!r} is larger than {MAX_INCLUDE_BYTES} bytes.")
        self._sources.append(SourceRef(self._folder / name, digest_of(data)))
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise PromptError(f"The included file {name!r} is not UTF-8 text.") from None


def builtin_values(*, zone: tzinfo, zone_name: str, agent: str, session_id: str, now: datetime) -> dict[str, str]:
    """What every template sees besides its variables: plain text."""
    local = now.astimezone(zone)
    return {
        "now": local.isoformat(timespec="seconds"),
        "date": local.date().isoformat(),
        "time": local.strftime("%H:%M"),
        "weekday": local.strftime("%A"),
        "timezone": zone_name,
        "agent": agent,
        "session_id": session_id,
    }
