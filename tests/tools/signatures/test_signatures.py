"""Golden signatures: a function, the schema that the model sees of it, a call as a model writes it, and its result.

Each file holds cases of one theme. `parameters` are a spec's own, `refused` is why a function cannot be a tool, and
`wrong` are calls with the sentences that the model is told.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from runtime.tools.context import Call, Caller
from runtime.tools.python import PythonTool
from tests.tools.conftest import Folder, failure

CASES: dict[str, dict[str, Any]] = {
    f"{file.stem}/{name}": case
    for file in sorted(Path(__file__).parent.glob("*.yaml"))
    for name, case in yaml.safe_load(file.read_text(encoding="utf-8")).items()
}
GOOD = {name: case for name, case in CASES.items() if "refused" not in case}
REFUSED = {name: case for name, case in CASES.items() if "refused" in case}


def bound(folder: Folder, case: dict[str, Any]) -> PythonTool:
    folder.write("t.py", case["source"])
    return folder.bind("t:go", parameters=case.get("parameters"))


def test_there_are_enough() -> None:
    assert len(GOOD) >= 40
    assert len(REFUSED) >= 15


@pytest.mark.parametrize("name", GOOD)
async def test_a_signature_becomes_a_schema_and_a_call_a_result(folder: Folder, name: str) -> None:
    case = GOOD[name]
    tool = bound(folder, case)
    assert tool.declaration.description == case.get("description", "Go.")
    assert tool.declaration.parameters == case["schema"]
    assert tool.objection(case["call"]) == ""
    assert await tool.call(case["call"], Call(Caller("ada", "ses_1", {"guest": "you"}))) == case["result"]
    for wrong in case.get("wrong", ()):
        assert tool.objection(wrong["call"]) == wrong["error"]
        assert await failure(tool, wrong["call"]) == wrong["error"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_a_tool_is_told_why(folder: Folder, name: str) -> None:
    case = REFUSED[name]
    folder.write("t.py", case["source"])
    assert folder.refusal("t:go", parameters=case.get("parameters")) == case["refused"]
