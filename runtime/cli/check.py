"""`callboard check`: every problem of the specs, found the way `serve` finds them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from runtime.cli.configuration import log_for_debugging
from runtime.cli.findings import examine
from runtime.cli.reports.document import json_document
from runtime.cli.reports.github import github_commands
from runtime.cli.reports.report import Report
from runtime.cli.reports.sarif import sarif_log
from runtime.cli.reports.text import text_lines
from runtime.cli.terminal import stdout

DOCUMENTS: Mapping[str, Callable[[Report], str]] = {
    "json": json_document,
    "github": github_commands,
    "sarif": sarif_log,
}
"""What is for machines; `text`, for people, is the other format."""


def run(arguments: argparse.Namespace) -> int:
    """Print all problems and the outcome; 0 when there is no error."""
    log_for_debugging(debug=arguments.debug)
    report = examine(arguments.paths, arguments.provider, offline=arguments.offline, online=arguments.online)
    if arguments.strict:
        report = report.strict()
    terminal = stdout()
    if arguments.format in DOCUMENTS:
        terminal.line(DOCUMENTS[arguments.format](report))
    else:
        for line in text_lines(report, terminal):
            terminal.line(line)
    return 1 if report.failed else 0
