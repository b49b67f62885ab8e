"""`callboard serve`: a real process on a real port."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

import runtime.cli.serve
from runtime.catalog.snapshot import Snapshot
from runtime.errors import CallboardError
from runtime.server.settings import ServerSettings
from runtime.server.world import open_world
from tests.cli.conftest import Run
from tests.cli.test_announce import HONEST
from tests.cli.test_main import callboard, environment


@contextmanager
def serving(folder: Path, *arguments: str) -> Generator[tuple[subprocess.Popen[str], list[str]]]:
    """A server, and the lines it began with."""
    with subprocess.Popen(
        callboard("serve", "--port", "0", *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment(),
    ) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline().rstrip("\n")]
            while lines[-1] not in {HONEST, ""}:
                lines.append(process.stdout.readline().rstrip("\n"))
            yield process, lines
        finally:
            process.kill()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_server_says_what_it_serves_and_leaves_when_asked(agents: Path, run: Run, stop: signal.Signals) -> None:
    (agents / "bad.yaml").write_text("model: [\n")
    with serving(agents.parent) as (process, lines):
        url, name, *cast = lines[0].split()
        assert url.startswith("ws://127.0.0.1:")
        assert (name, " ".join(cast)) == ("ada", "model local/scripted")
        assert lines[1] == "local for model: the spec says so"
        server = url.removesuffix("/ada")
        assert "ada   /ada" in run("list", "--url", server).out
        answer = run("say", "ada", "what time is it", "--url", server)
        assert (answer.code, answer.out) == (0, "Noon.\n")
        process.send_signal(stop)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "")
    assert err.startswith("NOT SERVED: bad (agents.d/bad.yaml)\nagents.d/bad.yaml:1:")
    assert "Traceback" not in err


STUBBORN = """\
import asyncio
import threading


async def noon() -> str:
    \"\"\"Tell the time of day.\"\"\"
    threading.Thread(target=threading.Event().wait, name="left-behind").start()
    while True:
        try:
            await asyncio.sleep(0.02)
        except asyncio.CancelledError:
            pass
"""


def test_a_server_leaves_although_a_tool_will_not(agents: Path, run: Run) -> None:
    (agents / "stubborn.py").write_text(STUBBORN)
    spec = "model: local/scripted\nvoice: null\ntranscription: null\ninstructions: x\n"
    tool = "tools: {get_time: {python: 'stubborn:noon', timeout_ms: 200, examples: [what time is it]}}\n"
    (agents / "ada.yaml").write_text(spec + tool)
    with serving(agents.parent) as (process, lines):
        server = lines[0].split()[0].removesuffix("/ada")
        assert "did not answer within 0.2 s" in run("say", "ada", "what time is it", "--url", server).out
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "ended although it still ran: thread left-behind, tool ada.get_time" in err


def test_without_a_good_agent_nothing_is_served(agents: Path) -> None:
    (agents / "ada.yaml").write_text("model: [\n")
    with serving(agents.parent) as (process, lines):
        _, err = process.communicate(timeout=20)
    assert (process.returncode, lines) == (1, [""])
    assert err.startswith("NOT SERVED: ada")
    assert err.endswith("callboard: There is no agent to serve.\n")


@pytest.mark.usefixtures("agents")
def test_a_port_that_is_taken_is_one_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"callboard: Cannot listen on 127.0.0.1:{port}: ")
    assert result.err.count("\n") == 1


@pytest.mark.usefixtures("agents")
@pytest.mark.parametrize("flag", [("--port", "x"), ("--log-level", "loud"), ("--provider", "x"), ("--host", "a b")])
def test_wrong_flags_are_2(run: Run, flag: tuple[str, str]) -> None:
    result = run("serve", *flag)
    assert result.code == 2
    assert result.err.startswith(f"callboard: {flag[0]}: {flag[1]!r} is not ")


@pytest.mark.usefixtures("agents", "as_terminal")
def test_start_up_on_a_terminal_is_in_colour(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def only_announce(settings: ServerSettings, announce: Callable[[Snapshot, str], None]) -> None:
        world = open_world(settings)
        announce(world.catalog.current, "ws://h:1")
        await world.close()

    monkeypatch.setattr(runtime.cli.serve, "serve", only_announce)
    result = run("serve")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "ws://h:1/ada  ada  model local/scripted",
        "\x1b[2mlocal for model: the spec says so\x1b[0m",
        f"\x1b[2m{HONEST}\x1b[0m",
    ]


def test_nothing_to_serve_is_an_error() -> None:
    with pytest.raises(CallboardError, match="There is no agent to serve"):
        runtime.cli.serve._announce(Snapshot(1, {}), "ws://h:1")


def test_uvloop_is_used_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    uvloop = pytest.importorskip("uvloop")
    assert runtime.cli.serve._fast_loop() is uvloop.new_event_loop
    monkeypatch.setitem(__import__("sys").modules, "uvloop", None)
    assert runtime.cli.serve._fast_loop() is None
