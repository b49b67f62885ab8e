"""`callboard schema`."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from runtime.cli.parser import SCHEMAS
from runtime.spec.schema import schema_path
from tests.cli.conftest import Run
from tests.cli.test_main import environment


@pytest.mark.parametrize(("arguments", "name"), [((), "agent"), (("agent",), "agent"), (("server",), "server")])
def test_the_schema_is_printed_as_it_is(run: Run, arguments: tuple[str, ...], name: str) -> None:
    result = run("schema", *arguments)
    assert (result.code, result.err) == (0, "")
    assert result.out == schema_path(name).read_text(encoding="utf-8")
    assert json.loads(result.out)["type"] == "object"


def test_every_byte_arrives_whatever_the_terminals_encoding() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runtime", "schema"],
        capture_output=True,
        env=environment(PYTHONIOENCODING="utf-16", PYTHONUTF8="0"),
        check=True,
    )
    assert done.stdout == schema_path("agent").read_bytes()


def test_every_shipped_schema_can_be_printed() -> None:
    files = schema_path("agent").parent.glob("*.schema.json")
    assert sorted(SCHEMAS) == sorted(file.name.removesuffix(".schema.json") for file in files)


def test_another_schema_is_a_usage_error(run: Run) -> None:
    result = run("schema", "agnet")
    assert (result.code, result.out) == (2, "")
    assert "agent" in result.err
