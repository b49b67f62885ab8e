"""The entry point: a command is chosen and run, and whatever goes wrong is one line and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence

from runtime.cli.parser import help_text, parse
from runtime.cli.terminal import make_safe, stderr
from runtime.errors import CallboardError, UsageError

FAILURE = 1
USAGE = 2
INTERRUPTED = 130  # 128 + SIGINT, as a shell tells it
BROKEN_PIPE = 141  # 128 + SIGPIPE


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return the exit code; `argv` without the program's name."""
    make_safe()
    arguments = sys.argv[1:] if argv is None else argv
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except SystemExit as stop:  # --help and --version end this way
        return int(stop.code or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return BROKEN_PIPE
    except CallboardError as error:
        _tell(str(error))
        return USAGE if isinstance(error, UsageError) else FAILURE
    except Exception as error:  # noqa: BLE001 - the last stop: a traceback is no answer to a user
        return _unexpected(error, debug="--debug" in arguments)
    return code


def _run(arguments: Sequence[str]) -> int:
    if not arguments:
        stderr().line(help_text())
        return USAGE
    parsed = parse(arguments)
    command = importlib.import_module(f"runtime.cli.{parsed.command}")
    code: int = command.run(parsed)
    return code


def _tell(message: str) -> None:
    terminal = stderr()
    terminal.line(f"{terminal.paint('callboard:', 'red')} {' '.join(message.split())}")


def _unexpected(error: Exception, *, debug: bool) -> int:
    if debug:
        traceback.print_exc()
    hint = "" if debug else " Add --debug to see where, and please report it."
    _tell(f"unexpected {type(error).__name__}.{hint}")
    return FAILURE


def _discard_output() -> None:
    """Nobody reads any more: keep the interpreter from saying so when it flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
