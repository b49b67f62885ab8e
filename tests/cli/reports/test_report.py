"""The outcome of a check."""

from __future__ import annotations

import pytest

from runtime.cli.reports.report import Report, in_words
from tests.cli.reports.reports import AWKWARD, REPORT, SLIP, WHOLE


@pytest.mark.parametrize(
    ("report", "summary"),
    [
        (Report(0), "0 agents, no problems"),
        (Report(1), "1 agent, no problems"),
        (Report(1, (SLIP, SLIP)), "1 agent can be served, 2 problems in 1 file"),
        (REPORT, "3 agents can be served, 3 problems in 3 files"),
    ],
)
def test_the_summary_counts(report: Report, summary: str) -> None:
    assert report.summary() == summary


def test_only_errors_fail() -> None:
    assert REPORT.failed
    assert not Report(1, (AWKWARD, WHOLE)).failed
    assert (REPORT.count("error"), REPORT.count("warning"), REPORT.files) == (1, 2, 3)


def test_a_strict_report_has_no_warnings() -> None:
    strict = Report(1, (AWKWARD, WHOLE)).strict()
    assert strict.failed
    assert [problem.severity for problem in strict.problems] == ["error", "error"]
    assert strict.problems[0].message == AWKWARD.message


def test_help_and_note_follow_the_message() -> None:
    words = "unknown key 'voise'\nhelp: did you mean 'voice'?\nnote: agents.d/bad.yaml:1: the first"
    assert in_words(SLIP) == words
    assert in_words(AWKWARD) == AWKWARD.message
