"""`callboard check`."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

import runtime.cli.check
import runtime.cli.findings
from runtime.cli.check import DOCUMENTS
from runtime.cli.parser import FORMATS
from runtime.cli.reports.report import Report
from runtime.spec.problem import Problem
from tests.cli.conftest import ADA, Run
from tests.cli.test_main import callboard, environment

BAD = "model: local/scripted\nvoise: alloy\n"


def test_a_clean_folder_is_0(agents: Path, run: Run) -> None:
    result = run("check")
    assert (result.code, result.out, result.err) == (0, "1 agent, no problems\n", "")
    assert run("check", str(agents)).out == result.out


def test_problems_are_shown_with_their_places_and_1(agents: Path, run: Run) -> None:
    (agents / "bad.yaml").write_text(BAD)
    result = run("check")
    assert result.code == 1
    assert "agents.d/bad.yaml:2:1: error[unknown-key]: unknown key 'voise'" in result.out
    assert "  = help: did you mean 'voice'?" in result.out
    assert "error[missing-key]" in result.out
    assert result.out.endswith("1 agent can be served, 2 problems in 1 file\n")
    assert "\x1b" not in result.out


def test_what_only_compiling_finds_is_a_problem_too(agents: Path, run: Run) -> None:
    (agents / "ada.yaml").write_text(ADA.replace("clock:get_time", "clock:get_tiem"))
    result = run("check")
    assert result.code == 1
    assert "agents.d/ada.yaml:" in result.out
    assert "get_tiem" in result.out


def test_a_file_is_checked_alone(agents: Path, run: Run) -> None:
    (agents / "bad.yaml").write_text(BAD)
    (agents / "awful.yaml").write_text("[")
    assert run("check", "agents.d/ada.yaml").out == "1 agent, no problems\n"
    result = run("check", "agents.d/bad.yaml", "agents.d/ada.yaml")
    assert result.code == 1
    assert result.out.endswith("1 agent can be served, 2 problems in 1 file\n")


def test_a_file_that_takes_a_neighbours_name_is_found(agents: Path, run: Run) -> None:
    (agents / "bert.yaml").write_text("name: ada\n" + ADA)
    result = run("check", "agents.d/bert.yaml")
    assert result.code == 1
    assert "already taken" in result.out


def test_a_folder_without_agents_is_an_error(agents: Path, run: Run) -> None:
    (agents / "ada.yaml").unlink()
    result = run("check")
    assert result.code == 1
    assert "error[no-agents]" in result.out


@pytest.mark.parametrize("place", ["deep/down", "agents.d"])
def test_the_names_of_files_lead_to_them_from_here(
    agents: Path, run: Run, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    (agents / "bad.yaml").write_text(BAD)
    (agents / "twin.yaml").write_text("name: ada\n" + ADA)
    here = agents.parent / place
    here.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(here)
    folder = os.path.relpath(agents, here)
    for given in (folder, str(agents)):
        lines = run("check", given).out.splitlines()
        named = [line.partition(":")[0] for line in lines if "error[" in line]
        assert len(named) == 3
        assert all((here / name).is_file() for name in named)
        (note,) = [line for line in lines if line.startswith("  = note: ")]
        assert (here / note.removeprefix("  = note: ").partition(":")[0]).is_file()


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("nowhere", "callboard: There is no file or folder nowhere."),
        (
            "agents.d/clock.py",
            "callboard: agents.d/clock.py is no agent's file: those end in .yaml and do not begin with _ or a dot.",
        ),
    ],
)
def test_what_cannot_be_checked_is_2(agents: Path, run: Run, path: str, line: str) -> None:
    assert agents.is_dir()
    result = run("check", path)
    assert (result.code, result.out, result.err) == (2, "", f"{line}\n")


def test_a_missing_default_folder_is_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("check")
    assert result.code == 2
    assert result.err.startswith("callboard: The agents folder agents.d does not exist.")


def test_a_provider_that_lacks_its_key_is_a_problem(agents: Path, run: Run) -> None:
    (agents / "ada.yaml").write_text(ADA.replace("local/scripted", "gpt-4o"))
    assert run("check").code == 0
    assert run("check", "--provider", "openai").code == 1
    assert run("check", "--provider", "azure").code == 2


@pytest.mark.usefixtures("as_terminal")
def test_a_terminal_sees_problems_in_colour(agents: Path, run: Run) -> None:
    (agents / "bad.yaml").write_text(BAD)
    assert "\x1b[1;31merror[unknown-key]\x1b[0m" in run("check").out


@pytest.mark.usefixtures("as_terminal")
def test_no_color_is_honoured(agents: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    (agents / "bad.yaml").write_text(BAD)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("check").out


# -- formats


def test_the_formats_that_can_be_typed_are_those_there_are() -> None:
    assert {"text", *DOCUMENTS} == set(FORMATS)


def test_json_is_one_document_also_for_a_clean_folder(agents: Path, run: Run) -> None:
    result = run("check", "--format", "json")
    assert (result.code, json.loads(result.out)["summary"]["agents"]) == (0, 1)
    (agents / "bad.yaml").write_text(BAD)
    result = run("check", "--format", "json")
    (slip,) = [each for each in json.loads(result.out)["problems"] if each["code"] == "unknown-key"]
    assert (result.code, slip["file"], slip["line"], slip["column"]) == (1, "agents.d/bad.yaml", 2, 1)


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_has_the_same_exit_code(agents: Path, run: Run, form: str) -> None:
    assert run("check", "--format", form).code == 0
    (agents / "bad.yaml").write_text(BAD)
    assert run("check", "--format", form).code == 1
    assert run("check", "nowhere", "--format", form).code == 2


@pytest.mark.usefixtures("as_terminal")
@pytest.mark.parametrize("form", sorted(DOCUMENTS))
def test_only_text_is_ever_coloured(agents: Path, run: Run, form: str) -> None:
    (agents / "bad.yaml").write_text(BAD)
    assert "\x1b" not in run("check", "--format", form).out


def test_an_unknown_format_is_2(run: Run) -> None:
    result = run("check", "--format", "xml")
    assert (result.code, result.out) == (2, "")


def test_strict_makes_a_warning_an_error(agents: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    warning = Problem("agents.d/ada.yaml", 1, 1, 5, "odd", "this is odd", severity="warning")
    monkeypatch.setattr(runtime.cli.check, "examine", lambda *_, **__: Report(1, (warning,)))
    assert run("check").code == 0
    result = run("check", "--strict")
    assert result.code == 1
    assert "error[odd]" in result.out
    assert run("check", "--strict", "--format", "github").out.startswith("::error file=agents.d/ada.yaml,")


@pytest.mark.parametrize("form", FORMATS)
def test_a_crash_is_never_0_and_never_half_a_document(
    agents: Path, run: Run, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    def crash(_settings: object, **_options: object) -> NoReturn:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(runtime.cli.findings, "load_snapshot", crash)
    result = run("check", "--format", form)
    assert (result.code, result.out) == (1, "")
    assert "unexpected RuntimeError" in result.err


@pytest.mark.parametrize("command", [("check",), ("list",), ("explain", "ada")])
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("x = 1 / 0\n", "clock.py, line 1: it raises ZeroDivisionError"),
        ("import sys\nsys.exit('hunter2')\n", "clock.py, line 2: it raises SystemExit"),
        ("import os\nos.environ['LACKING']\n", "clock.py, line 2: the environment variable LACKING is not set"),
    ],
)
def test_a_module_that_fails_is_told_without_a_traceback(
    agents: Path, command: tuple[str, ...], code: str, told: str
) -> None:
    (agents / "clock.py").write_text(code)
    # In a process of its own: the test runner's has handlers for the log.
    done = subprocess.run(
        callboard(*command), cwd=agents.parent, env=environment(), capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stdout + done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    if command != ("list",):
        assert f"`clock` cannot be imported: {told}" in done.stdout + done.stderr


def test_debug_shows_where_a_module_fails(agents: Path) -> None:
    (agents / "clock.py").write_text("x = 1 / 0\n")
    done = subprocess.run(
        callboard("check", "--debug"), cwd=agents.parent, env=environment(), capture_output=True, text=True, check=False
    )
    assert "ZeroDivisionError: division by zero" in done.stderr
