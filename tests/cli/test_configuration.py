"""Settings of a command, and its log."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from runtime.cli.configuration import log_to_stderr, settings_from
from runtime.redaction import KNOWN
from runtime.server.settings_file import SettingsFileError
from tests.cli.conftest import Run


def test_the_file_of_the_working_directory_counts(agents: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLBOARD_PORT", raising=False)
    monkeypatch.delenv("VOICE_WS_ENDPOINT", raising=False)
    assert settings_from({}).port == 8080
    (agents.parent / "callboard.yaml").write_text("port: 9\n")
    assert settings_from({}).port == 9
    monkeypatch.setenv("CALLBOARD_PORT", "10")
    assert settings_from({}).port == 10
    assert settings_from({"port": "11"}).port == 11


def test_mistakes_in_the_file_are_shown_and_end_the_command(agents: Path, run: Run) -> None:
    (agents.parent / "callboard.yaml").write_text("prot: 9\n")
    result = run("list")
    assert result.code == 2
    assert result.err.splitlines() == [
        "callboard.yaml:1:1: error[unknown-key]: unknown key 'prot'",
        "1 | prot: 9",
        "  | ^^^^",
        "  = help: did you mean 'port'?",
        "callboard: callboard.yaml has a mistake; nothing was started.",
    ]
    with pytest.raises(SettingsFileError):
        settings_from({})


def failing() -> None:
    try:
        raise RuntimeError("inner words")
    except RuntimeError:
        logging.getLogger("runtime.server").exception("session %s broke", "\x1b[2Jses_1")


@pytest.mark.usefixtures("log")
def test_the_log_is_lines_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("warning", traces=False)
    logging.getLogger("runtime.server").info("not shown")
    failing()
    line = capsys.readouterr().err
    assert line[8:] == " error server: session \ufffd[2Jses_1 broke (RuntimeError)\n"


@pytest.mark.usefixtures("log")
def test_the_log_hides_what_specs_and_the_environment_call_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_TOKEN", "zz-canary-1")
    log_to_stderr("warning", traces=True)
    KNOWN.add(["zz-canary-2"])
    try:
        raise ValueError("zz-canary-1, ZZ-Canary-2")
    except ValueError:
        logging.getLogger("runtime.tools").warning("a tool failed with %s", "zz-canary-2", exc_info=True)
    line = capsys.readouterr().err
    assert "canary" not in line.lower()
    assert "a tool failed with ***" in line
    assert "ValueError: ***, ***" in line


@pytest.mark.usefixtures("log")
def test_a_servers_log_shows_where_an_error_came_from(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("info", traces=True)
    logging.getLogger("runtime.server").info("shown")
    failing()
    first, *rest = capsys.readouterr().err.splitlines()
    assert first[8:] == " info server: shown"
    assert rest[-1] == "RuntimeError: inner words"
