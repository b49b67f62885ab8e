"""For scripts: one JSON document, whose `version` changes when a field changes its meaning or goes away."""

from __future__ import annotations

import json
from typing import Any

from runtime.cli.reports.report import Report
from runtime.spec.problem import Problem

VERSION = 1


def json_document(report: Report) -> str:
    """`{"version", "problems": […], "summary": {…}}`, in ASCII, so that no terminal's encoding can harm it."""
    document = {
        "version": VERSION,
        "problems": [_problem(problem) for problem in report.problems],
        "summary": {
            "agents": report.agents,
            "files": report.files,
            "errors": report.count("error"),
            "warnings": report.count("warning"),
        },
    }
    return json.dumps(document, indent=2)


def _problem(problem: Problem) -> dict[str, Any]:
    """Lines and columns count from 1, in characters; `endColumn` is the first after the span.

    What is about a file as a whole has null for all three.
    """
    placed = problem.line > 0
    return {
        "file": problem.file,
        "line": problem.line if placed else None,
        "column": problem.column if placed else None,
        "endColumn": problem.column + problem.length if placed else None,
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "note": problem.note,
    }
