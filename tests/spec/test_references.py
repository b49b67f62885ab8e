"""Values from outside the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runtime.settings import Secret
from runtime.spec.document import parse
from runtime.spec.library import Library, Trail
from runtime.spec.references import Resolved, resolve

ENV = {"KEY": "s3cr3t", "EMPTY": ""}


def resolved(text: str, folder: Path = Path()) -> Resolved:
    document, _ = parse("a.yaml", text, folder)
    assert document is not None
    return resolve(document, Trail(Library(folder, ""), ENV))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("${env:KEY}", "s3cr3t"),
        ("a ${env:KEY} b ${env:KEY}", "a s3cr3t b s3cr3t"),
        ("${env:NONE:-default value}", "default value"),
        ("${env:NONE:-}", ""),
        ("${env:EMPTY}", ""),
        ("${env:EMPTY:-default}", "default"),
        ("${env:KEY:-default}", "s3cr3t"),
    ],
)
def test_a_reference_becomes_a_hidden_value(written: str, value: str) -> None:
    result = resolved(f"list:\n  - deep: '{written}'\n")
    assert result.problems == []
    found = result.data["list"][0]["deep"]
    assert found == value
    assert isinstance(found, Secret)
    assert "s3cr3t" not in repr(result.data)


@pytest.mark.parametrize("text", ["plain", "costs $5", "{{ x }}", "${other}x", "$KEY and more", "$"])
def test_text_without_a_reference_stays_as_it_is(text: str) -> None:
    result = resolved(f"instructions: '{text}'")
    assert result.problems == []
    assert result.data == {"instructions": text}
    assert not isinstance(result.data["instructions"], Secret)


@pytest.mark.parametrize("value", [1, 1.5, True, None])
def test_what_is_no_text_stays_as_it_is(value: Any) -> None:
    result = resolved(f"a: {'~' if value is None else str(value).lower()}")
    assert result.data == {"a": value}


@pytest.mark.parametrize(
    "written",
    [
        "${env}",
        "${env:}",
        "${env:1X}",
        "${env:A-B}",
        "${env:KEY",
        "${env NAME}",
        "${file}",
        "${file:}",
        "${file:x",
        "${environment:X}",
    ],
)
def test_a_malformed_reference_is_a_finding_and_keeps_its_text(written: str) -> None:
    result = resolved(f"a: '{written}'")
    assert [problem.code for problem in result.problems] == ["bad-reference"]
    assert result.failed == {("a",)}
    assert result.data == {"a": written}


@pytest.mark.parametrize("written", ["$KEY", "${KEY}", "https://${HOST}/x"])
def test_a_shell_variable_is_a_finding_where_it_cannot_be_meant(written: str) -> None:
    (problem,) = resolved(f"model: {{base_url: '{written}'}}").problems
    assert problem.code == "bad-reference"
    assert "${env:" in problem.hint
    assert resolved(f"instructions: '{written}'").problems == []


def test_each_missing_variable_is_found_at_its_own_span() -> None:
    result = resolved("a: ${env:X} ${env:X}\nb: &b |\n  one ${env:Y}\nc: *b\n")
    assert [(problem.line, problem.column, problem.length) for problem in result.problems] == [
        (1, 4, 8),
        (1, 13, 8),
        (3, 7, 8),
    ]
    assert result.failed == {("a",), ("b",), ("c",)}


def test_a_mounted_secret_is_read_without_its_last_newline(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xef\xbb\xbfabc\r\n")
    (tmp_path / "two").write_text("abc\n\n")
    result = resolved(f"a: ${{file:key}}\nb: ${{file:{tmp_path}/two}}", tmp_path)
    assert result.data == {"a": "abc", "b": "abc\n"}
    assert isinstance(result.data["a"], Secret)


def test_a_secret_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"\xe9")
    (tmp_path / "folder").mkdir()
    result = resolved("a: ${file:none}\nb: ${file:latin}\nc: ${file:folder}\n", tmp_path)
    assert [problem.code for problem in result.problems] == ["missing-file", "encoding", "unreadable"]
    assert result.failed == {("a",), ("b",), ("c",)}
    assert not any(str(tmp_path) in problem.message for problem in result.problems)
