"""For GitHub Actions: workflow commands, which its pages show beside the lines of a change.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from runtime.cli.reports.report import Report, in_words
from runtime.cli.terminal import plain
from runtime.spec.problem import Problem

# The percent sign first: the others are written with it.
_IN_MESSAGE = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_IN_PROPERTY = (*_IN_MESSAGE, (":", "%3A"), (",", "%2C"))


def github_commands(report: Report) -> str:
    """A command for each problem, and the outcome as a line of the log."""
    return "\n".join([*map(_command, report.problems), report.summary()])


def _command(problem: Problem) -> str:
    properties: dict[str, str | int] = {"file": problem.file}
    if problem.line:
        properties |= {"line": problem.line, "col": problem.column, "endColumn": problem.column + problem.length}
    properties["title"] = problem.code
    written = ",".join(f"{key}={_escaped(str(value), _IN_PROPERTY)}" for key, value in properties.items())
    return f"::{problem.severity} {written}::{_escaped(in_words(problem), _IN_MESSAGE)}"


def _escaped(text: str, table: tuple[tuple[str, str], ...]) -> str:
    text = plain(text)
    for character, code in table:
        text = text.replace(character, code)
    return text
