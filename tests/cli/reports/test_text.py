"""Reports for people."""

from __future__ import annotations

import io

import pytest

from runtime.cli.reports.report import Report
from runtime.cli.reports.text import text_lines
from runtime.cli.terminal import Terminal
from runtime.spec.problem import render
from tests.cli.reports.reports import REPORT, SLIP, WHOLE


def test_each_problem_is_rendered_and_the_summary_is_last() -> None:
    *problems, summary = text_lines(REPORT, Terminal(io.StringIO()))
    assert problems == [render(problem) for problem in REPORT.problems]
    assert summary == REPORT.summary()


@pytest.mark.usefixtures("as_terminal")
@pytest.mark.parametrize(("report", "tone"), [(Report(1, (SLIP,)), 31), (Report(0, (WHOLE,)), 32), (Report(2), 32)])
def test_on_a_terminal_the_summary_is_red_after_an_error_and_green_otherwise(report: Report, tone: int) -> None:
    *_, summary = text_lines(report, Terminal(io.StringIO()))
    assert summary == f"\x1b[{tone}m{report.summary()}\x1b[0m"
