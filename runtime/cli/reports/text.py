"""For people: each problem with its line and a caret, then the outcome."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.cli.reports.report import Report
from runtime.cli.terminal import Terminal
from runtime.spec.problem import render


def text_lines(report: Report, terminal: Terminal) -> Iterator[str]:
    """The report in lines, coloured where the terminal shows colours."""
    for problem in report.problems:
        yield render(problem, color=terminal.color)
    yield terminal.paint(report.summary(), "red" if report.failed else "green")
