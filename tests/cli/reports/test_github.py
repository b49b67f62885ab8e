"""Reports as workflow commands."""

from __future__ import annotations

from runtime.cli.reports.github import github_commands
from runtime.cli.reports.report import Report
from tests.cli.reports.reports import AWKWARD, REPORT, SLIP, WHOLE


def test_a_problem_is_a_command_at_its_place() -> None:
    command, summary = github_commands(Report(1, (SLIP,))).splitlines()
    assert command == (
        "::error file=agents.d/bad.yaml,line=2,col=1,endColumn=6,title=unknown-key::"
        "unknown key 'voise'%0Ahelp: did you mean 'voice'?%0Anote: agents.d/bad.yaml:1: the first"
    )
    assert summary == "1 agent can be served, 1 problem in 1 file"


def test_nothing_in_a_problem_can_end_the_command_or_its_properties() -> None:
    command, _summary = github_commands(Report(1, (AWKWARD,))).splitlines()
    assert command == (
        "::warning file=a%2C b%3A 50%25 ü.yaml,line=1,col=3,endColumn=7,title=bad-value::"
        "100%25 is%0Ano: value, \ufffd[31mat all"
    )


def test_what_is_about_a_whole_file_has_no_line() -> None:
    command, _summary = github_commands(Report(0, (WHOLE,))).splitlines()
    assert command == "::warning file=agents.d,title=no-agents::the folder holds no agent%0Ahelp: add a file"


def test_every_problem_is_one_line_and_the_summary_is_no_command() -> None:
    lines = github_commands(REPORT).splitlines()
    assert [line.startswith("::") for line in lines] == [True, True, True, False]
