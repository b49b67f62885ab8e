"""Reports for scripts."""

from __future__ import annotations

import json

from runtime.cli.reports.document import json_document
from runtime.cli.reports.report import Report
from tests.cli.reports.reports import REPORT


def test_the_document_holds_everything() -> None:
    document = json.loads(json_document(REPORT))
    assert document["version"] == 1
    assert document["summary"] == {"agents": 3, "files": 3, "errors": 1, "warnings": 2}
    assert document["problems"][0] == {
        "file": "agents.d/bad.yaml",
        "line": 2,
        "column": 1,
        "endColumn": 6,
        "severity": "error",
        "code": "unknown-key",
        "message": "unknown key 'voise'",
        "hint": "did you mean 'voice'?",
        "note": "agents.d/bad.yaml:1: the first",
    }


def test_what_is_about_a_whole_file_has_no_place_in_it() -> None:
    whole = json.loads(json_document(REPORT))["problems"][2]
    assert (whole["line"], whole["column"], whole["endColumn"]) == (None, None, None)


def test_the_document_is_ascii_and_keeps_every_character() -> None:
    text = json_document(REPORT)
    assert text.isascii()
    assert json.loads(text)["problems"][1]["file"] == "a, b: 50% ü.yaml"


def test_a_clean_report_has_an_empty_list() -> None:
    assert json.loads(json_document(Report(1)))["problems"] == []
