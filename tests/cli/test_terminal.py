"""What goes to a terminal, and what does not."""

from __future__ import annotations

import io

import pytest

from runtime.cli.table import aligned, shortened
from runtime.cli.terminal import Terminal, plain, width


@pytest.mark.usefixtures("as_terminal")
def test_a_terminal_gets_colour() -> None:
    terminal = Terminal(io.StringIO())
    assert terminal.interactive
    assert terminal.paint("no", "red") == "\x1b[31mno\x1b[0m"
    assert terminal.paint("", "red") == ""


@pytest.mark.usefixtures("as_terminal")
@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_who_wants_no_colour_gets_none(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    terminal = Terminal(io.StringIO())
    assert terminal.interactive
    assert terminal.paint("no", "red") == "no"


@pytest.mark.usefixtures("as_terminal")
def test_an_empty_no_color_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    assert Terminal(io.StringIO()).color


def test_a_pipe_gets_no_colour() -> None:
    terminal = Terminal(io.StringIO())
    assert not terminal.interactive
    assert terminal.paint("no", "red") == "no"


def test_a_line_never_begins_in_the_middle_of_another() -> None:
    stream = io.StringIO()
    terminal = Terminal(stream)
    terminal.stream("half")
    terminal.stream("")
    terminal.line("own")
    terminal.stream("prompt ")
    terminal.returned()
    terminal.end_line()
    terminal.line("next")
    assert stream.getvalue() == "half\nown\nprompt next\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\n\tlines", "two\n\tlines"),
        ("\x1b[2Jgone\r\a", "\ufffd[2Jgone\ufffd\ufffd"),
        ("a\u200db\n", "a\u200db\n"),
    ],
)
def test_nothing_that_a_terminal_would_obey_gets_through(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_width_counts_columns() -> None:
    assert (width("abc"), width("日本"), width("e\u0301"), width("\u200d")) == (3, 4, 1, 0)


def test_columns_line_up_by_what_is_seen() -> None:
    assert aligned([("日本", "a"), ("xyz", ""), ("b", "ccc")]) == ["日本  a", "xyz", "b     ccc"]
    assert aligned([]) == []


@pytest.mark.parametrize(("columns", "expected"), [(20, "a long story"), (8, "a long…"), (12, "a long story")])
def test_what_is_too_long_is_shortened(columns: int, expected: str) -> None:
    assert shortened("a long story", columns) == expected
