"""YAML text, and where each of its values stands."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.spec.document import Document, parse
from runtime.spec.masking import is_secret
from runtime.spec.problem import Place

TEXT = """\
name: ada
voice:
  name: "alloy"
  text_filters: [markdown, emoji]
first_message:
instructions: |
  You are Ada.

  Be kind, {{ guest }}.
description: >-
  A hotel
  by the sea.
quoted: "one
  two"
tools:
- a
- b: 1
"""


def sound(text: str) -> Document:
    document, problems = parse("a.yaml", text)
    assert problems == ()
    assert document is not None
    return document


@pytest.fixture
def document() -> Document:
    return sound(TEXT)


@pytest.mark.parametrize(
    ("path", "key", "place"),
    [
        (("name",), False, Place(1, 7, 3)),
        (("name",), True, Place(1, 1, 4)),
        (("voice",), False, Place(3, 3, 4)),
        (("voice", "name"), False, Place(3, 9, 7)),
        (("voice", "text_filters"), False, Place(4, 17, 17)),
        (("voice", "text_filters", 1), False, Place(4, 28, 5)),
        (("voice", "text_filters", 1), True, Place(4, 28, 5)),
        (("voice", "speed"), False, Place(3, 3, 4)),
        (("voice", "speed"), True, Place(2, 1, 5)),
        (("first_message",), False, Place(5, 1, 13)),
        (("instructions",), False, Place(6, 15, 1)),
        (("quoted",), False, Place(13, 9, 4)),
        (("tools",), False, Place(16, 1, 1)),
        (("tools", 1, "b"), False, Place(17, 6, 1)),
        ((), False, Place(1, 1, 4)),
        (("nowhere", "at", "all"), False, Place(1, 1, 4)),
    ],
)
def test_a_place_is_the_span_of_a_value_or_key(
    document: Document, path: tuple[str | int, ...], key: bool, place: Place
) -> None:
    assert document.place(path, key=key) == place


@pytest.mark.parametrize(
    ("path", "offset", "place"),
    [
        (("instructions",), 0, Place(7, 3, 12)),
        (("instructions",), 2, Place(9, 3, 21)),
        (("instructions",), 1, Place(6, 15, 1)),
        (("instructions",), 9, Place(6, 15, 1)),
        (("instructions",), -1, Place(6, 15, 1)),
        (("description",), 0, Place(11, 3, 7)),
        (("description",), 3, Place(10, 14, 2)),
        (("quoted",), 0, Place(13, 9, 4)),
        (("name",), 0, Place(1, 7, 3)),
        (("voice",), 0, Place(3, 3, 4)),
    ],
)
def test_a_line_of_content_is_found_in_the_file(
    document: Document, path: tuple[str | int, ...], offset: int, place: Place
) -> None:
    assert document.content_place(path, offset) == place


def test_a_folded_line_is_found_by_its_beginning() -> None:
    document = sound("a: >\n  one\n  more\n\n  second line\n  of it\n")
    assert document.data == {"a": "one more\nsecond line of it\n"}
    assert document.content_place(("a",), 1) == Place(5, 3, 11)
    assert sound("a: >\n  one\n\n  a second line that is long\n").content_place(("a",), 1).line == 4


def test_a_problem_in_content_shows_that_line(document: Document) -> None:
    problem = document.content_problem(("instructions",), 2, "template", "no such variable", "declare it")
    assert problem.position == (9, 3)
    assert problem.source_line == "  Be kind, {{ guest }}."


def test_a_part_of_a_text_is_found_by_what_is_written() -> None:
    document = sound("a: ${x} and ${x}\nb: |\n  first ${x}\n  then ${x}\nc: 'é ${x}'\n")
    assert document.find(("a",), "${x}") == Place(1, 4, 4)
    assert document.find(("a",), "${x}", 1) == Place(1, 13, 4)
    assert document.find(("a",), "${x}", 2) == Place(1, 4, 13)
    assert document.find(("b",), "${x}", 1) == Place(4, 8, 4)
    assert document.find(("c",), "${x}") == Place(5, 7, 4)
    assert document.find(("d",), "${x}") == Place(1, 1, 1)


def test_a_value_is_given_as_written_unless_it_is_secret_or_takes_several_lines(document: Document) -> None:
    assert document.written(("voice", "name")) == '"alloy"'
    assert document.written(("instructions",)) == ""
    assert document.written(("nowhere",)) == ""
    assert sound("api_key: abc").written(("api_key",)) == ""


@pytest.mark.parametrize(
    "content", ["a: 1", b"a: 1", b"\xef\xbb\xbfa: 1", "\ufeffa: 1", "a: 1\r\n", "---\na: 1\n...\n"]
)
def test_text_and_bytes_with_and_without_a_mark_are_the_same(content: str | bytes) -> None:
    document, problems = parse("a.yaml", content)
    assert problems == ()
    assert document is not None
    assert document.data == {"a": 1}


@pytest.mark.parametrize("text", ["", "# only this\n", "---\n", "null", "--- ~\n...\n"])
def test_a_file_without_content_is_empty(text: str) -> None:
    document, (problem,) = parse("a.yaml", text)
    assert document is None
    assert problem.code == "empty"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("api_key: sk-abc, def # x", "api_key: ******, *** * *"),
        ("  - {name: 12, api_key: sk-12, x: 1}", "  - {name: 12, api_key: *****, x: 1}"),
        ('headers: {X-Api-Key: "a, b", b: c}', 'headers: {X-Api-Key: "*, *", b: c}'),
        ("tokens: [a, '${env:X} b']", "tokens: [*, '${env:X} *']"),
        ("Authorization: Bearer ${env:K} z", "Authorization: ****** ${env:K} *"),
        ("max_tokens: 12", "max_tokens: 12"),
        ("first_token_timeout_ms: 5", "first_token_timeout_ms: 5"),
        ("api_key:", "api_key:"),
    ],
)
def test_secrets_are_stars_in_the_line_that_is_shown(line: str, shown: str) -> None:
    document = Document("a.yaml", line, None)
    assert document.problem_at(Place(1), "c", "m").source_line == shown


def test_a_secret_on_a_line_of_its_own_is_stars_too() -> None:
    document = sound("model:\n  api_key:\n    sk-abc\n")
    assert document.problem(("model", "api_key"), "c", "m").source_line == "    ******"
    assert document.problem(("model", "api_key"), "c", "m", key=True).source_line == "  api_key:"


def test_secrets_are_known_by_their_key() -> None:
    paths: list[tuple[Any, ...]] = [("model", "api_key"), ("auth", "tokens", 0), ("headers", "X-API-Key")]
    assert all(is_secret(path) for path in paths)
    assert not is_secret(("model", "max_tokens"))


def test_a_document_shows_neither_text_nor_data() -> None:
    assert repr(sound("name: ada")) == "Document(file='a.yaml')"


def test_text_that_is_no_yaml_has_no_places() -> None:
    assert Document("a.yaml", "[", None).place(("a",)) == Place(1)


def test_a_place_outside_the_text_has_no_line() -> None:
    assert sound("a: 1").problem_at(Place(9), "c", "m").source_line == ""
