from __future__ import annotations

from typing import Any

import pytest

from runtime.providers.openai.calls import CallAssembly, NamelessCallError
from runtime.providers.ports import ModelPiece, ToolCallOpened, ToolCallPiece


def fragment(
    index: int | None = None, call_id: str | None = None, name: str | None = None, arguments: Any = None
) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    whole = {
        "index": index,
        "id": call_id,
        "function": {key: value for key, value in function.items() if value is not None},
    }
    return {key: value for key, value in whole.items() if value is not None}


def assemble(*fragments: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Id, name and arguments of each call, in order."""
    assembly = CallAssembly()
    pieces: list[ModelPiece] = []
    for each in fragments:
        assembly.feed(each, pieces)
    assembly.finish(pieces)
    calls: dict[int, list[str]] = {}
    for piece in pieces:
        if isinstance(piece, ToolCallOpened):
            assert piece.index == len(calls), "calls open in the order of their indexes, once each"
            calls[piece.index] = [piece.id, piece.name, ""]
        elif isinstance(piece, ToolCallPiece):
            calls[piece.index][2] += piece.arguments
    return [(call_id, name, arguments) for call_id, name, arguments in calls.values()]


def test_by_the_book() -> None:
    calls = assemble(fragment(0, "a", "f", ""), fragment(0, arguments='{"x"'), fragment(0, arguments=": 1}"))
    assert calls == [("a", "f", '{"x": 1}')]


def test_parallel_calls_may_be_interleaved() -> None:
    calls = assemble(
        fragment(0, "a", "f", ""),
        fragment(1, "b", "g", ""),
        fragment(1, arguments="{2"),
        fragment(0, arguments="{1"),
        fragment(1, arguments="2}"),
        fragment(0, arguments="1}"),
    )
    assert calls == [("a", "f", "{11}"), ("b", "g", "{22}")]


def test_a_call_without_arguments_is_opened_at_the_end() -> None:
    assert assemble(fragment(0, "a", "f")) == [("a", "f", "")]


def test_a_whole_call_in_one_fragment() -> None:
    assert assemble(fragment(0, "a", "f", "{}"), fragment(1, "b", "g", "{}")) == [
        ("a", "f", "{}"),
        ("b", "g", "{}"),
    ]


def test_whole_calls_without_an_index() -> None:
    assert assemble(fragment(None, "a", "f", "{}"), fragment(None, "b", "f", "{}")) == [
        ("a", "f", "{}"),
        ("b", "f", "{}"),
    ]


def test_pieces_without_an_index_belong_to_the_last_call_or_to_that_of_their_id() -> None:
    calls = assemble(
        fragment(None, "a", "f", "{"),
        fragment(None, arguments="1"),
        fragment(None, "b", "g", "{"),
        fragment(None, arguments="2}"),
        fragment(None, "a", arguments="}"),
    )
    assert calls == [("a", "f", "{1}"), ("b", "g", "{2}")]


def test_parallel_calls_that_all_have_index_0() -> None:
    assert assemble(fragment(0, "a", "f", "{1}"), fragment(0, "b", "f", "{2}"), fragment(0, "c", "g", "{3}")) == [
        ("a", "f", "{1}"),
        ("b", "f", "{2}"),
        ("c", "g", "{3}"),
    ]


def test_calls_with_index_0_and_no_id_differ_by_name() -> None:
    calls = assemble(fragment(0, name="f", arguments="{1}"), fragment(0, name="g", arguments="{2}"))
    assert [(name, arguments) for _, name, arguments in calls] == [("f", "{1}"), ("g", "{2}")]


def test_an_id_and_a_name_that_are_repeated_are_taken_once() -> None:
    calls = assemble(fragment(0, "a", "f", "{"), fragment(0, "a", "f", "1"), fragment(0, "a", "f", "}"))
    assert calls == [("a", "f", "{1}")]


def test_an_id_and_a_name_in_pieces_are_joined() -> None:
    calls = assemble(
        fragment(0, "call_"),
        fragment(0, "1"),
        fragment(0, name="get_"),
        fragment(0, name="time"),
        fragment(0, arguments="{}"),
    )
    assert calls == [("call_1", "get_time", "{}")]


def test_arguments_before_the_name_wait_for_it() -> None:
    assert assemble(fragment(0, "a", arguments="{"), fragment(0, name="f"), fragment(0, arguments="}")) == [
        ("a", "f", "{}")
    ]


def test_a_missing_id_is_made_up_and_a_repeated_one_replaced() -> None:
    calls = assemble(fragment(0, name="f", arguments="{}"), fragment(1, "x", "g", "{}"), fragment(2, "x", "h", "{}"))
    ids = [call_id for call_id, _, _ in calls]
    assert len(set(ids)) == 3
    assert all(ids)
    assert "x" in ids


def test_arguments_as_an_object_become_text() -> None:
    assert assemble(fragment(0, "a", "f", {"x": 1})) == [("a", "f", '{"x":1}')]


def test_a_call_that_is_never_named_is_an_error() -> None:
    with pytest.raises(NamelessCallError):
        assemble(fragment(0, "a", arguments="{}"))
