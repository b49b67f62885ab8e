"""For code scanning: a log in SARIF 2.1.0.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from runtime.cli.reports.report import Report, in_words
from runtime.spec.problem import Problem

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def sarif_log(report: Report) -> str:
    """One run with a result for each problem, and a rule for each code that occurs."""
    rules = sorted({problem.code for problem in report.problems})
    run = {
        "tool": {"driver": {"name": "callboard", "version": version("callboard"), "rules": [*map(_rule, rules)]}},
        # Columns are characters; SARIF would take them for UTF-16 units, which differ after an emoji.
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, rules.index(problem.code)) for problem in report.problems],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: str) -> dict[str, Any]:
    return {"id": code, "shortDescription": {"text": code.replace("-", " ")}}


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": in_words(problem)},
        "locations": [{"physicalLocation": _location(problem)}],
    }


def _location(problem: Problem) -> dict[str, Any]:
    """A relative URI; without a region where the problem is about the file as a whole."""
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(problem.file)}}
    if problem.line:
        location["region"] = {
            "startLine": problem.line,
            "startColumn": problem.column,
            "endColumn": problem.column + problem.length,
        }
    return location
