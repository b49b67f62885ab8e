"""Templates: compiled once for each blueprint, rendered once for each session.

Jinja2 in its immutable sandbox, where an undefined name is an error and the objects that cost CPU or memory without
bound are gone. What a template sees is plain text and numbers, so there is nothing behind them to reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, cast

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta
from jinja2.loaders import BaseLoader, FunctionLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment
from typing_extensions import override

from runtime.errors import CallboardError

BUILTIN_VARIABLES = frozenset({"now", "date", "time", "weekday", "timezone", "agent", "session_id"})
MAX_RENDERED_CHARS = 256_000
MAX_INCLUDE_BYTES = 512 * 1024
_MAX_RANGE = 10_000


class PromptError(CallboardError):
    """A template cannot be compiled or rendered.

    `line` counts from 1 within the template, 0 if it is not known; `file` is the included file at fault, if one is.
    """

    def __init__(self, message: str, line: int = 0, file: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.file = file


class Template:
    """One compiled template."""

    __slots__ = ("_template",)

    def __init__(self, template: Any) -> None:
        self._template = template

    def render(self, values: Mapping[str, Any]) -> str:
        """Fill in the values. Raises PromptError, whose message is fit for people."""
        try:
            text: str = self._template.render(values)
        except PromptError:
            raise
        except TemplateError as error:
            raise PromptError(f"The template cannot be filled in: {(error.message or '').rstrip('.')}.") from None
        except Exception as error:
            raise PromptError(f"The template cannot be filled in ({type(error).__name__}).") from error
        if len(text) > MAX_RENDERED_CHARS:
            raise PromptError(f"The filled-in template is longer than {MAX_RENDERED_CHARS} characters.")
        return text


class TemplateFolder:
    """The templates of one blueprint, with the files beside the spec that they include.

    Included files are read while compiling and never again: an edit on disk does not reach a live blueprint.
    """

    def __init__(self, folder: Path, variables: Iterable[str]) -> None:
        self._folder = folder
        self._known = BUILTIN_VARIABLES | set(variables)
        self._files: dict[str, str] = {}
        self._environment = _environment(FunctionLoader(self._files.get))

    def compile(self, text: str) -> Template:
        """Compile a template and everything it includes. Raises PromptError."""
        self._check(text)
        return Template(self._environment.from_string(text))

    def _check(self, text: str, file: str = "") -> None:
        try:
            tree = self._environment.parse(text)
            used = meta.find_undeclared_variables(tree)
        except TemplateSyntaxError as error:
            raise PromptError(f"{(error.message or '').rstrip('.')}.", error.lineno, file) from None
        unknown = sorted(used - self._known - self._environment.globals.keys())
        if unknown:
            raise PromptError(
                f"The template uses {unknown[0]!r}, which is not declared. Known: {', '.join(sorted(self._known))}.",
                _line_of(text, unknown[0]),
                file,
            )
        for name in meta.find_referenced_templates(tree):
            if name is None:
                raise PromptError("An include must name its file as plain text.")
            if name not in self._files:
                self._files[name] = self._read(name)
                self._check(self._files[name], name)

    def _read(self, name: str) -> str:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise PromptError(f"The included file {name!r} is outside the agents folder.")
        try:
            data = path.read_bytes()
        except OSError:
            raise PromptError(f"The included file {name!r} cannot be read.") from None
        if len(data) > MAX_INCLUDE_BYTES:
            raise PromptError(f"The included file {name!r} is larger than {MAX_INCLUDE_BYTES} bytes.")
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise PromptError(f"The included file {name!r} is not UTF-8 text.") from None


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, with a lid on the operators that make much out of little."""

    intercepted_binops = frozenset({"*", "**", "%"})

    @override
    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if not all(isinstance(side, int | float) and abs(side) < 1_000_000 for side in (left, right)):
            raise PromptError(f"The operator {operator} takes numbers below a million here.")
        return super().call_binop(context, operator, left, right)


def _environment(loader: BaseLoader) -> ImmutableSandboxedEnvironment:
    environment = _Environment(
        loader=loader,
        undefined=StrictUndefined,
        auto_reload=False,
        autoescape=False,
        keep_trailing_newline=False,
    )
    names = cast("dict[str, Any]", environment.globals)  # jinja2 infers their type from its own defaults
    for name in ("lipsum", "cycler", "joiner", "namespace"):
        del names[name]
    names["range"] = _range
    for name in ("center", "indent", "wordwrap", "filesizeformat", "pprint", "xmlattr", "urlize"):
        del environment.filters[name]
    return environment


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > _MAX_RANGE:
        raise PromptError(f"range() gives at most {_MAX_RANGE} numbers here.")
    return numbers


def _line_of(text: str, name: str) -> int:
    """The first line that mentions the name inside a tag: an aid for the eye, so the first hit is enough."""
    for number, line in enumerate(text.splitlines(), 1):
        if name in line and ("{{" in line or "{%" in line):
            return number
    return 1


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
