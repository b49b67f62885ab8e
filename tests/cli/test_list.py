"""`callboard list`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.stage import Stage, served


def test_a_folders_agents_are_a_table(agents: Path, run: Run) -> None:
    (agents / "bad.yaml").write_text("model: [\n")
    result = run("list")
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "name  path  description        model           voice  state",
        "ada   /ada  Answers in tests.  local/scripted  -      ready",
        "bad   -     -                  -               -      failed",
    ]


def test_a_running_servers_agents_are_the_same_table(run: Run) -> None:
    stage = Stage(agents=[{"name": "ada", "path": "/a", "description": "two\nlines \x1b[2J", "state": "ready"}])
    with served(stage.app()) as url:
        result = run("list", "--url", url)
    assert result.out.splitlines()[1] == "ada   /a    two lines \ufffd[2J  -      -      ready"


def test_a_server_that_is_not_there_is_one_line(run: Run, unused_tcp_port: int) -> None:
    result = run("list", "--url", f"ws://127.0.0.1:{unused_tcp_port}")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(f"callboard: Cannot reach a server at ws://127.0.0.1:{unused_tcp_port} (")
    assert result.err.count("\n") == 1


@pytest.mark.usefixtures("as_terminal")
def test_on_a_terminal_descriptions_are_shortened(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    stage = Stage(agents=[{"name": "ada", "path": "/a", "description": "word " * 30, "state": "ready"}])
    with served(stage.app()) as url:
        head, line = run("list", "--url", url).out.splitlines()
    assert head.startswith("\x1b[1mname")
    assert line.endswith("ready")
    assert "…" in line
    assert len(line) <= 60
