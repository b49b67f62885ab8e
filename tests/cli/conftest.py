"""A working directory with agents, a way to run commands, and programs that only pretend to play."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runtime.cli.main import main
from tests.support.npm import install as install_packages

ADA = """\
model: local/scripted
voice: null
transcription: null
description: Answers in tests.
instructions: You are Ada.
tools:
  get_time:
    python: "clock:get_time"
    description: Tells the time.
    examples: [what time is it]
"""
CLOCK = '''\
def get_time() -> str:
    """Tell the time."""
    return "noon"
'''


@dataclass
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def log() -> Generator[None]:
    """The root logger, put back afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, log: None) -> Run:
    """Run a command line in this process."""
    for name in [name for name in os.environ if name.startswith(("CALLBOARD_", "OPENAI_", "VOICE_WS_"))]:
        monkeypatch.delenv(name)

    def run_main(*arguments: str) -> Result:
        code = main(arguments)
        out, err = capfd.readouterr()
        return Result(code, out, err)

    return run_main


@pytest.fixture
def agents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder `agents.d` of the working directory, with the agent `ada`, who writes only."""
    folder = tmp_path / "agents.d"
    folder.mkdir()
    (folder / "ada.yaml").write_text(ADA, encoding="utf-8")
    (folder / "clock.py").write_text(CLOCK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def talking(agents: Path) -> Path:
    """As `agents`, but ada speaks: WAV from the embedded voice."""
    pytest.importorskip("espeakng_loader")
    (agents / "ada.yaml").write_text(ADA.replace("voice: null", "voice: local/alloy"), encoding="utf-8")
    return agents


Install = Callable[[str, str], Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put a shell script on the PATH in front of everything else, and give its folder; its words are in `$@`."""
    if sys.platform == "win32":
        pytest.skip("the stand-ins are shell scripts")
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.defpath}")

    def write(name: str, script: str) -> Path:
        file = folder / name
        file.write_text(f'#!/bin/sh\ncd "{folder}"\n{script}\n', encoding="utf-8")
        file.chmod(0o755)
        return folder

    return write


@pytest.fixture
def as_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the standard streams pass for a terminal."""
    monkeypatch.setattr("runtime.cli.terminal._is_terminal", lambda _stream: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The language server that editors use for YAML, and ajv, which validates for most of the JavaScript world."""
    return install_packages(tmp_path_factory.mktemp("npm"), "yaml-language-server@1.25.0", "ajv@8.20.0", "yaml@2.8.3")
