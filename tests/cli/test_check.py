"""`callboard check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import ADA, Run

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


def test_an_empty_folder_is_no_error(agents: Path, run: Run) -> None:
    (agents / "ada.yaml").unlink()
    result = run("check")
    assert result.code == 0
    assert "warning[no-agents]" in result.out


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
