"""Reports for renderers: what is hard to write down is in them."""

from __future__ import annotations

from runtime.cli.reports.report import Report
from runtime.spec.problem import Problem

SLIP = Problem(
    "agents.d/bad.yaml", 2, 1, 5, "unknown-key", "unknown key 'voise'", "did you mean 'voice'?",
    source_line="voise: alloy", note="agents.d/bad.yaml:1: the first",
)  # fmt: skip
AWKWARD = Problem("a, b: 50% ü.yaml", 1, 3, 4, "bad-value", "100% is\nno: value, \x1b[31mat all", severity="warning")
WHOLE = Problem("agents.d", 0, 1, 1, "no-agents", "the folder holds no agent", "add a file", severity="warning")

REPORT = Report(3, (SLIP, AWKWARD, WHOLE))
