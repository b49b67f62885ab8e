"""What a command is run with: its flags, the environment and `callboard.yaml` of the working directory."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typing_extensions import override

from runtime.cli.terminal import plain, stderr
from runtime.redaction import KNOWN
from runtime.server.settings import ServerSettings, load_settings
from runtime.server.settings_file import SettingsFileError
from runtime.spec.problem import render

SETTINGS_FILE = Path("callboard.yaml")
_SECRET_NAME = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$")


def settings_from(flags: Mapping[str, Any]) -> ServerSettings:
    """Load the settings; mistakes in the file are shown before UsageError is raised."""
    file = SETTINGS_FILE if SETTINGS_FILE.exists() else None
    try:
        return load_settings(flags, dict(os.environ), file)
    except SettingsFileError as error:
        terminal = stderr()
        for problem in error.problems:
            terminal.line(render(problem, color=terminal.color))
        raise


def log_to_stderr(level: str, *, traces: bool) -> None:
    """Send what the rooms report to stderr; without `traces`, an exception is named and not shown.

    No secret is: not those of specs, nor what the environment itself calls one.
    """
    KNOWN.add(value for name, value in os.environ.items() if _SECRET_NAME.search(name))
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines(traces=traces))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


def log_for_debugging(*, debug: bool) -> None:
    """Send what the rooms report to stderr with `debug` alone: otherwise the findings tell it, in their own words."""
    if debug:
        log_to_stderr("warning", traces=True)
    else:
        # Where there is no handler at all, Python prints warnings, with their tracebacks.
        logging.getLogger().addHandler(logging.NullHandler())


class _Lines(logging.Formatter):
    """`14:03:22 warning server: what happened`."""

    def __init__(self, *, traces: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S")
        self._traces = traces

    @override
    def format(self, record: logging.LogRecord) -> str:
        # A copy: other handlers see the record as it was.
        record = logging.makeLogRecord(record.__dict__)
        record.levelname = record.levelname.lower()
        record.name = record.name.removeprefix("runtime.")
        record.msg, record.args = plain(record.getMessage()), None
        if record.exc_info and not self._traces:
            kind = record.exc_info[0]
            record.msg += f" ({kind.__name__})" if kind else ""
            record.exc_info = record.exc_text = None
        return KNOWN.text(super().format(record))
