"""What one server process is started with: a flag wins over the environment, that over `callboard.yaml`."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from runtime.errors import UsageError
from runtime.server.settings_file import read_settings_file
from runtime.tools.paths import is_folder

PROVIDERS = ("auto", "openai", "local")
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
DEFAULT_PORT = 8080
_LARGEST_PORT = 65_535
_PREFIX = "CALLBOARD_"
_ENDPOINT = "VOICE_WS_ENDPOINT"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Settings, complete and checked. `env` is the process's environment, which holds secrets."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    agents: Path = Path("agents.d")
    provider: str = "auto"
    log_level: str = "warning"
    tool_paths: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)


def load_settings(flags: Mapping[str, Any], env: Mapping[str, str], file: Path | None) -> ServerSettings:
    """Put the settings together; a flag that is None was not given.

    Raises UsageError, whose one line names the flag or variable at fault; SettingsFileError for the file.
    """
    given = ChainMap(_from_flags(flags), _from_variables(env), _from_endpoint(env), _from_file(file))
    values = {key: read(given[key]) for key, read in _READERS.items() if key in given}
    settings = ServerSettings(env=env, **values)
    if not settings.agents.is_dir():
        problem = "is not a folder" if settings.agents.exists() else "does not exist"
        raise UsageError(
            f"The agents folder {settings.agents} {problem}. Name the folder of your specs with --agents DIR."
        )
    return settings


# -- where settings come from


@dataclass(frozen=True, slots=True)
class _Given:
    value: Any
    source: str


_Layer = dict[str, _Given]


def _from_flags(flags: Mapping[str, Any]) -> _Layer:
    return {key: _Given(flags[key], f"--{key.replace('_', '-')}") for key in _READERS if flags.get(key) is not None}


def _from_variables(env: Mapping[str, str]) -> _Layer:
    """An empty variable counts as none: that is how compose files unset one."""
    for key in ("workers", "drain_seconds", "log_format"):
        if env.get(_PREFIX + key.upper()):
            raise UsageError(f"{_PREFIX}{key.upper()} is set, but {key} is not supported yet. Unset it.")
    names = {key: _PREFIX + key.upper() for key in _READERS}
    return {key: _Given(env[name], name) for key, name in names.items() if env.get(name)}


def _from_endpoint(env: Mapping[str, str]) -> _Layer:
    """The variable that the reference server reads: its port, where it names none, is 8080."""
    endpoint = env.get(_ENDPOINT)
    if not endpoint:
        return {}
    try:
        url = urlsplit(endpoint)
        if url.hostname and url.scheme in {"ws", "wss"}:
            port = DEFAULT_PORT if url.port is None else url.port
            return {"host": _Given(url.hostname, _ENDPOINT), "port": _Given(port, _ENDPOINT)}
    except ValueError:  # its port is none
        pass
    raise UsageError(f"{_ENDPOINT} is not an address such as ws://127.0.0.1:{DEFAULT_PORT}.")


def _from_file(file: Path | None) -> _Layer:
    if file is None:
        return {}
    written = dict(read_settings_file(file))
    written["log_level"] = written.get("log", {}).get("level")
    if "agents" in written:
        written["agents"] = file.parent / written["agents"]
    # Absolute, because a joined path has lost the `./` that tells a folder from a package.
    written["tool_paths"] = [
        str((file.parent / Path(entry).expanduser()).absolute()) if is_folder(entry) else entry
        for entry in map(str.strip, written.get("tool_paths", ()))
    ] or None
    return {key: _Given(written[key], file.name) for key in _READERS if written.get(key) is not None}


# -- what they must be


def _host(given: _Given) -> str:
    host = str(given.value).strip().removeprefix("[").removesuffix("]")
    if not host or any(character.isspace() or character == "/" for character in host):
        raise UsageError(
            f"{given.source}: {given.value!r} is not a host name or address, such as 127.0.0.1 or 0.0.0.0."
        )
    return host


def _port(given: _Given) -> int:
    try:
        port = int(given.value)
    except ValueError:
        port = -1
    if not 0 <= port <= _LARGEST_PORT:
        raise UsageError(f"{given.source}: {given.value!r} is not a port, a number from 0 to {_LARGEST_PORT}.")
    return port


def _folder(given: _Given) -> Path:
    return Path(given.value).expanduser()


def _entries(given: _Given) -> tuple[str, ...]:
    """A list, or in a variable one text with commas. Entries that are folders must be there."""
    written = str(given.value).split(",") if isinstance(given.value, str) else given.value
    entries = tuple(stripped for each in written if (stripped := each.strip()))
    for entry in entries:
        folder = Path(entry).expanduser()
        if is_folder(entry) and not folder.is_dir():
            problem = "is not a folder" if folder.exists() else "does not exist"
            raise UsageError(f"{given.source}: the tool path {entry} {problem}.")
        if not is_folder(entry) and not all(part.isidentifier() for part in entry.split(".")):
            raise UsageError(f"{given.source}: {entry!r} is neither a package nor a folder such as ./tools.")
    return entries


def _one_of(choices: tuple[str, ...]) -> Callable[[_Given], str]:
    def read(given: _Given) -> str:
        choice = str(given.value).strip().lower()
        if choice not in choices:
            raise UsageError(f"{given.source}: {given.value!r} is not one of {', '.join(choices)}.")
        return choice

    return read


_READERS: Mapping[str, Callable[[_Given], Any]] = {
    "host": _host,
    "port": _port,
    "agents": _folder,
    "provider": _one_of(PROVIDERS),
    "log_level": _one_of(LOG_LEVELS),
    "tool_paths": _entries,
}
