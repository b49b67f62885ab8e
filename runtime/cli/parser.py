"""What can be typed: the commands and their options, and nothing that is slow to import."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Any, NoReturn

from typing_extensions import override

from runtime.errors import UsageError

FORMATS = ("text", "json", "github", "sarif")
SCHEMAS = ("agent", "server")


class VersionAction(argparse.Action):
    """Prints the version; the package's metadata is read only then."""

    @override
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        from importlib.metadata import version

        print(f"callboard {version('callboard')}")
        sys.exit(0)


class Parser(argparse.ArgumentParser):
    """Tells a mistake in one line and leaves the printing to `main`."""

    @override
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see `{self.prog} --help`)")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read a command line; `command` of the result is the command's name. Raises UsageError."""
    at = next((index for index, argument in enumerate(arguments) if not argument.startswith("-")), len(arguments))
    name, *rest = arguments[at:] or [""]
    if name and name not in COMMANDS:
        raise UsageError(f"there is no command {name!r}{did_you_mean(name, COMMANDS)}")
    program = _program()
    parsed = program.parse_args(arguments[:at], argparse.Namespace(command=name))
    if not name:
        program.error("the following arguments are required: COMMAND")
    command = _command(name)
    # argparse, left to itself, leaves out what is optional at the first flag, and then finds a word too many. Its other
    # way does not, but takes what follows `--` for flags.
    return command.parse_args(rest, parsed) if "--" in rest else command.parse_intermixed_args(rest, parsed)


def help_text() -> str:
    """What `callboard --help` prints."""
    return _program().format_help().rstrip()


def did_you_mean(word: str, known: Sequence[str] | dict[str, Any]) -> str:
    """The end of a sentence that `word` is not known: a suggestion, or what there is."""
    near = get_close_matches(word, list(known), n=1)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; there is: {', '.join(known)}" if known else ""


def _program() -> Parser:
    """What stands in front of a command, and for `--help` the commands."""
    parser = Parser(
        prog="callboard",
        allow_abbrev=False,
        description="Voice agents from a folder of YAML files.",
        epilog="Settings also come from CALLBOARD_* variables and from callboard.yaml; a flag wins.",
    )
    parser.add_argument("--version", action=VersionAction, nargs=0, help="print the version and exit")
    parser.add_argument("--debug", action="store_true", help="show where an unexpected error came from")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    for name, (summary, _) in COMMANDS.items():
        commands.add_parser(name, help=summary)
    return parser


def _command(name: str) -> Parser:
    summary, add_arguments = COMMANDS[name]
    parser = Parser(prog=f"callboard {name}", allow_abbrev=False, description=f"{summary[0].upper()}{summary[1:]}.")
    parser.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    add_arguments(parser)
    return parser


# -- the commands


def _serve(parser: argparse.ArgumentParser) -> None:
    _add_server(parser)
    parser.add_argument("--host", metavar="H", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--strict", action="store_true", help="refuse to start where any file has a problem")
    parser.add_argument("--port", metavar="N", help="port to listen on, 0 for any free one (default: 8080)")
    parser.add_argument(
        "--log-level", metavar="LEVEL", help="debug, info, warning, error or critical (default: warning)"
    )


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH", help="folders or files of specs (default: agents.d)")
    parser.add_argument("--provider", metavar="P", help="default provider: auto, openai or local (default: auto)")
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="for people, scripts or code pages (default: text)"
    )
    parser.add_argument("--strict", action="store_true", help="count warnings as errors")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--online", action="store_true", help="also reach the services of HTTP tools, where a spec gives a probe"
    )
    where.add_argument(
        "--offline", action="store_true", help="leave the environment out: every ${env:NAME} and OPENAI_API_KEY is set"
    )


def _list(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", metavar="URL", help="ask a running server, such as ws://127.0.0.1:8080")
    _add_server(parser)


def _chat(parser: argparse.ArgumentParser) -> None:
    _add_talk(parser)
    for kind, metavar, what in (("text", "TEXT", "say this"), ("audio", "FILE", "send a sound file as an utterance")):
        # One list for both: turns are taken in the order in which they are typed.
        parser.add_argument(
            f"--{kind}",
            action="append",
            dest="turns",
            default=[],
            type=partial(_turn, kind),
            metavar=metavar,
            help=f"{what} and exit; repeatable",
        )
    parser.add_argument("--no-audio", action="store_true", help="do not play what is spoken")
    parser.add_argument("--json", action="store_true", help="print the protocol's messages, one a line, without sound")


def _turn(kind: str, value: str) -> tuple[str, str]:
    return kind, value


def _say(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Prints the answer's text alone; exits with 1 where there is none."
    _add_talk(parser)
    parser.add_argument("text", metavar="TEXT", help="what to say")


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the agent's name")
    _add_server(parser)


def _tool(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Runs the tool: one with effects has them. Exits with 1 where it gives no result."
    parser.add_argument("tool", metavar="NAME.TOOL", help="the agent and its tool, such as concierge.book_table")
    parser.add_argument("arguments", nargs="?", default="{}", metavar="JSON", help="the arguments (default: {})")
    _add_variables(parser)
    _add_server(parser)


def _add_url(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", metavar="URL", help="the server (default: where `callboard serve` listens)")


def _rollback(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "The former revision is held until the agent's files change."
    parser.add_argument("name", metavar="NAME", help="the agent's name")
    _add_url(parser)


def _diff(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Exit code 0 where there is no difference, 1 where there is one, 2 where no server can be asked."
    _add_server(parser)
    _add_url(parser)


def _new(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the agent's name: lower-case letters, digits and dashes")
    parser.add_argument("--agents", metavar="DIR", help="folder to write to (default: agents.d)")


def _schema(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "which", nargs="?", choices=SCHEMAS, default="agent", help="agents' files, or callboard.yaml (default: agent)"
    )


def _add_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--agents", metavar="DIR", help="folder of specs (default: agents.d)")
    parser.add_argument("--provider", metavar="P", help="default provider: auto, openai or local (default: auto)")


def _add_talk(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the agent's name")
    parser.add_argument("--url", metavar="URL", help="a running server; without it, one is started for this talk")
    parser.add_argument("--save", metavar="FILE", help="write everything spoken to a WAV file")
    _add_variables(parser)
    _add_server(parser)


def _add_variables(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--var",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a variable of the session; repeatable",
    )


COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "serve": ("serve the agents of a folder over WebSocket", _serve),
    "check": ("check spec files and show every problem", _check),
    "list": ("list agents, of a folder or of a running server", _list),
    "chat": ("talk to an agent in the terminal", _chat),
    "say": ("say one thing to an agent and print its answer", _say),
    "tool": ("call one tool as the model would, and show what happens", _tool),
    "explain": ("show every value of an agent and where it comes from", _explain),
    "diff": ("show what a folder would change on a running server", _diff),
    "rollback": ("serve an agent's former revision on a running server", _rollback),
    "new": ("write a first spec and its tool to start from", _new),
    "schema": ("print the JSON Schema of specs or settings", _schema),
}
