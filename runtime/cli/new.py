"""`callboard new`: a first persona to start from, with a tool, that passes `check` and talks at once."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import unicodedata
from pathlib import Path

from runtime.cli import starter
from runtime.cli.configuration import SETTINGS_FILE, settings_from
from runtime.cli.terminal import stdout
from runtime.errors import CallboardError, UsageError
from runtime.server.settings import ServerSettings
from runtime.spec.checks import RESERVED
from runtime.spec.load import load_folder
from runtime.spec.schema import load_schema, schema_path

_SCHEMA = "agent.schema.json"
_LONGEST = 63


def run(arguments: argparse.Namespace) -> int:
    """Write the files, tell which, and what to do next. Nothing is ever overwritten but the copy of the schema."""
    name: str = arguments.name
    _check_name(name)
    folder = _folder(arguments.agents)
    spec, tools = folder / f"{name}.yaml", folder / f"{starter.module_of(name)}.py"
    _check_free(name, folder, (spec, spec.with_suffix(".yml"), tools, tools.with_suffix("")))
    terminal = stdout()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        schema, copied = _schema(folder)
        # The tool first: a server that watches the folder must not meet the spec without it.
        _write(tools, starter.tools(name))
        _write(spec, starter.spec(name, schema))
    except OSError as error:
        raise CallboardError(f"{error.filename or folder} cannot be written: {error.strerror or error}.") from None
    for file in (*copied, tools, spec):
        terminal.line(f"wrote {file}")
    elsewhere = f" --agents {shlex.quote(arguments.agents)}" if arguments.agents else ""
    terminal.line(f"next: callboard chat {name}{elsewhere}")
    return 0


# -- the name


def _check_name(name: str) -> None:
    """Raises UsageError where the schema would refuse the name; it lets references pass, which no file's name is."""
    rule = load_schema("agent")["properties"]["name"]
    if not re.fullmatch(rule["pattern"], name) or "$" in name:
        meant = _slug(name)
        hint = f"; did you mean {meant!r}?" if meant else ""
        raise UsageError(f"{name!r} cannot be an agent's name, which is {rule['patternErrorMessage']}{hint}")
    if f"/{name}" in RESERVED:
        raise UsageError(f"{name!r} cannot be an agent's name: the path /{name} belongs to the server")


def _slug(name: str) -> str:
    """The name as it may have been meant: `Crème Brûlée` is `creme-brulee`."""
    plain = unicodedata.normalize("NFKD", name.removesuffix(".yaml")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).lstrip("-0123456789")[:_LONGEST].rstrip("-")


# -- the place


def _folder(given: str | None) -> Path:
    """The folder for the files; it need not exist, unless a setting names it: a slip there must not make another."""
    if given:
        return Path(given).expanduser()
    if os.environ.get("CALLBOARD_AGENTS") or SETTINGS_FILE.exists():
        return settings_from({}).agents
    return ServerSettings().agents


def _check_free(name: str, folder: Path, files: tuple[Path, ...]) -> None:
    """Raises UsageError where a file is in the way, or a persona of the folder has the name or the path."""
    for file in files:
        if os.path.lexists(file):
            raise UsageError(f"{file} is there already; choose another name, or remove it")
    if not folder.is_dir():
        return
    for loaded in load_folder(folder, dict(os.environ)).specs:
        if loaded.spec and (loaded.spec.name == name or loaded.spec.path == f"/{name}"):
            taken = f"the name {name}" if loaded.spec.name == name else f"the path /{name}"
            raise UsageError(f"{loaded.file} has {taken}; choose another name")


# -- the files


def _schema(folder: Path) -> tuple[str, tuple[Path, ...]]:
    """The schema's path for editors, relative to the folder; and its copy, where one had to be made."""
    shared = Path("..", "schemas", _SCHEMA)
    if (folder / shared).is_file():
        return shared.as_posix(), ()
    own = Path(".callboard", _SCHEMA)
    copy, current = folder / own, schema_path("agent").read_bytes()
    if copy.is_file() and copy.read_bytes() == current:
        return own.as_posix(), ()
    copy.parent.mkdir(exist_ok=True)
    copy.write_bytes(current)
    return own.as_posix(), (copy,)


def _write(file: Path, text: str) -> None:
    with file.open("x", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
