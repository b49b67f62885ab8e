"""Reports for code scanning. The structure is that of the OASIS schema, of which these are the required parts."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runtime.cli.reports.report import Report
from runtime.cli.reports.sarif import sarif_log
from tests.cli.reports.reports import REPORT


def closed(*optional: str, **properties: Any) -> dict[str, Any]:
    """An object of these properties; SARIF allows no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties.keys() - set(optional)),
        "additionalProperties": False,
    }


TEXT = closed(text={"type": "string", "minLength": 1})
COUNT = {"type": "integer", "minimum": 1}
REGION = closed(startLine=COUNT, startColumn=COUNT, endColumn=COUNT)
ARTIFACT = closed(uri={"type": "string", "pattern": r"^(?!/)([A-Za-z0-9_.~/-]|%[0-9A-F]{2})+$"})
PHYSICAL = closed("region", artifactLocation=ARTIFACT, region=REGION)
RESULT = closed(
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level={"enum": ["none", "note", "warning", "error"]},
    message=TEXT,
    locations={"type": "array", "minItems": 1, "items": closed(physicalLocation=PHYSICAL)},
)
RULES = {
    "type": "array",
    "uniqueItems": True,
    "items": closed(id={"type": "string"}, shortDescription=TEXT),
}
DRIVER = closed(name={"const": "callboard"}, version={"type": "string"}, rules=RULES)
RUN = closed(
    tool=closed(driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": RESULT},
)
LOG = closed(
    version={"const": "2.1.0"},
    runs={"type": "array", "minItems": 1, "items": RUN},
    **{"$schema": {"type": "string", "pattern": r"/sarif-schema-2\.1\.0\.json$"}},
)


@pytest.mark.parametrize("report", [REPORT, Report(1), REPORT.strict()], ids=["problems", "clean", "strict"])
def test_the_log_has_the_structure_of_sarif(report: Report) -> None:
    Draft202012Validator(LOG).validate(json.loads(sarif_log(report)))


def run_of(report: Report) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(sarif_log(report))["runs"][0]
    return run


def test_the_driver_is_this_version() -> None:
    assert run_of(REPORT)["tool"]["driver"]["version"] == version("callboard")


def test_a_result_names_its_rule_and_its_place() -> None:
    result = run_of(REPORT)["results"][0]
    assert (result["ruleId"], result["level"]) == ("unknown-key", "error")
    assert result["message"]["text"].startswith("unknown key 'voise'\nhelp: ")
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "agents.d/bad.yaml"},
        "region": {"startLine": 2, "startColumn": 1, "endColumn": 6},
    }


def test_each_code_is_one_rule_and_results_point_at_it() -> None:
    run = run_of(Report(1, (*REPORT.problems, *REPORT.problems)))
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["bad-value", "no-agents", "unknown-key"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_a_file_name_becomes_a_relative_uri() -> None:
    location = run_of(REPORT)["results"][1]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "a%2C%20b%3A%2050%25%20%C3%BC.yaml"


def test_what_is_about_a_whole_file_has_no_region() -> None:
    assert "region" not in run_of(REPORT)["results"][2]["locations"][0]["physicalLocation"]
