"""The entry point: exit codes, one line for every error, and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import pytest

import runtime
import runtime.cli.list
from runtime.cli.parser import COMMANDS, parse
from runtime.errors import ProviderError
from tests.cli.conftest import Run

ROOT = Path(runtime.__file__).parents[1]


def callboard(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "runtime", *arguments]


def environment(**more: str) -> dict[str, str]:
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("CALLBOARD_", "OPENAI_", "VOICE_WS_"))
    }
    return clean | {"PYTHONPATH": str(ROOT)} | more


def test_help_is_printed_without_loading_a_server() -> None:
    script = (
        "import sys; from runtime.cli.main import main; code = main(['--help']);"
        "heavy = {'aiohttp', 'asyncio', 'jinja2', 'pydantic', 'yaml', 'jsonschema', 'openai'} & set(sys.modules);"
        "print('LOADED', sorted(heavy), code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=True)
    assert done.stdout.endswith("LOADED [] 0\n")
    for command in COMMANDS:
        assert f"    {command}" in done.stdout


def test_the_version_is_the_distributions(run: Run) -> None:
    assert run("--version").out == f"callboard {version('callboard')}\n"


def test_without_a_command_the_help_goes_to_stderr(run: Run) -> None:
    result = run()
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("usage: callboard")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["chekc"], "there is no command 'chekc'; did you mean 'check'?"),
        (
            ["xyz"],
            "there is no command 'xyz'; there is: "
            "serve, check, list, chat, say, tool, explain, diff, rollback, new, schema",
        ),
        (["say", "ada"], "the following arguments are required: TEXT (see `callboard say --help`)"),
        (["list", "--ulr", "x"], "unrecognized arguments: --ulr x (see `callboard list --help`)"),
        (["--dbug", "list"], "unrecognized arguments: --dbug (see `callboard --help`)"),
        (["tool", "ada.x", "{}", "--port", "1"], "unrecognized arguments: --port 1 (see `callboard tool --help`)"),
        (["--debug"], "the following arguments are required: COMMAND (see `callboard --help`)"),
    ],
)
def test_a_mistake_in_the_command_line_is_one_line_and_2(run: Run, arguments: list[str], line: str) -> None:
    result = run(*arguments)
    assert (result.code, result.out, result.err) == (2, "", f"callboard: {line}\n")


@pytest.mark.parametrize(
    ("arguments", "read"),
    [
        (["tool", "ada.x", "--agents", "d", "{}"], {"tool": "ada.x", "arguments": "{}", "agents": "d"}),
        (["tool", "--var", "a=1", "ada.x", "--var", "b=2"], {"arguments": "{}", "var": ["a=1", "b=2"]}),
        (["check", "a", "--strict", "b"], {"paths": ["a", "b"], "strict": True}),
        (["check", "--strict"], {"paths": [], "strict": True}),
        (["--debug", "schema", "server"], {"which": "server", "debug": True}),
        (["chat", "--text", "a", "ada", "--text", "b"], {"name": "ada", "turns": [("text", "a"), ("text", "b")]}),
        (["say", "ada", "--", "--help"], {"name": "ada", "text": "--help"}),
        (["say", "--agents", "d", "ada", "--", "-x"], {"name": "ada", "text": "-x", "agents": "d"}),
    ],
)
def test_flags_may_stand_anywhere(arguments: list[str], read: dict[str, object]) -> None:
    parsed = vars(parse(arguments))
    assert {"command": parsed["command"], **{key: parsed[key] for key in read}} == {
        "command": next(word for word in arguments if not word.startswith("-")),
        **read,
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.code == 0
    assert result.out.startswith(f"usage: callboard {command}")


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def run(_arguments: object) -> int:
        raise error

    monkeypatch.setattr(runtime.cli.list, "run", run)


def test_an_error_on_purpose_is_one_line_and_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, ProviderError("model_error", "The model\nis gone."))
    result = run("list")
    assert (result.code, result.err) == (1, "callboard: The model is gone.\n")


def test_an_unexpected_error_names_its_type_and_no_more(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, RuntimeError("sk-secret"))
    result = run("list")
    assert result.code == 1
    assert result.err == "callboard: unexpected RuntimeError. Add --debug to see where, and please report it.\n"


@pytest.mark.parametrize("arguments", [("--debug", "list"), ("list", "--debug")])
def test_debug_shows_where_an_unexpected_error_came_from(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    fail_with(monkeypatch, RuntimeError("inner words"))
    result = run(*arguments)
    assert "Traceback" in result.err
    assert result.err.endswith("callboard: unexpected RuntimeError.\n")


def test_ctrl_c_is_quiet_and_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    result = run("list")
    assert (result.code, result.out, result.err) == (130, "", "")


def test_a_broken_pipe_is_quiet(agents: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        done = subprocess.run(
            callboard("list"), stdout=pipe, stderr=subprocess.PIPE, cwd=agents.parent, env=environment(), check=False
        )
    assert (done.returncode, done.stderr) == (141, b"")


def test_characters_that_the_terminal_lacks_are_replaced(agents: Path) -> None:
    text = (agents / "ada.yaml").read_text(encoding="utf-8").replace("Answers in tests.", "Ação 日本.")
    (agents / "ada.yaml").write_text(text, encoding="utf-8")
    done = subprocess.run(
        callboard("list"),
        capture_output=True,
        cwd=agents.parent,
        env=environment(PYTHONIOENCODING="ascii", PYTHONUTF8="0"),
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"A??o ??." in done.stdout


def interrupt_until_it_ends(process: subprocess.Popen[bytes]) -> None:
    """The first Ctrl-C may still meet the answer and cut it short; the second never does."""
    while process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.3)


def test_ctrl_c_ends_a_talk_with_130(agents: Path) -> None:
    with subprocess.Popen(
        callboard("chat", "ada"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=agents.parent,
        env=environment(),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"what time is it\n")
        process.stdin.flush()
        while b"total" not in process.stdout.readline():
            pass
        interrupt_until_it_ends(process)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, b"", b"")


def test_help_takes_less_than_a_moment() -> None:
    started = time.perf_counter()
    subprocess.run(callboard("--help"), capture_output=True, env=environment(), check=True)
    assert time.perf_counter() - started < 2  # some 30 ms where nobody else computes
