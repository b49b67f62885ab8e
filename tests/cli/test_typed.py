"""Lines from standard input."""

from __future__ import annotations

import asyncio
import io
import os
import sys

import pytest

from runtime.cli.loop import run_loop
from runtime.cli.typed import TypedLines
from runtime.errors import CallboardError


async def all_lines(lines: TypedLines) -> list[str]:
    found: list[str] = []
    async with asyncio.timeout(10):
        while (line := await lines.next()) is not None:
            found.append(line)
    return found


async def test_a_pipes_lines_come_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.write(write, "one\n  two \n\nOlá".encode())
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        assert await all_lines(TypedLines()) == ["one", "two", "", "Olá"]


async def test_that_a_line_is_there_is_known_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    with os.fdopen(read, encoding="utf-8") as stream, os.fdopen(write, "w", encoding="utf-8") as hand:
        monkeypatch.setattr(sys, "stdin", stream)
        lines = TypedLines()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await lines.begun()
        print("one", file=hand, flush=True)
        async with asyncio.timeout(10):
            await lines.begun()
            assert await lines.next() == "one"
        lines.close()


@pytest.mark.parametrize("stdin", [None, io.StringIO("not a descriptor")])
async def test_without_a_real_input_there_are_no_lines(monkeypatch: pytest.MonkeyPatch, stdin: object) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    assert await all_lines(TypedLines()) == []


def test_input_may_end_after_the_loop_has(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    with os.fdopen(read, encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdin", stream)

        async def start() -> TypedLines:
            lines = TypedLines()
            lines.end()
            assert await lines.next() is None
            return lines

        lines = run_loop(start())
        os.write(write, b"too late\n")
        os.close(write)
        lines.thread.join(10)
        assert not lines.thread.is_alive()


def test_an_error_of_a_task_group_comes_out_as_it_went_in() -> None:
    async def fail() -> None:
        async with asyncio.TaskGroup(), asyncio.TaskGroup():
            raise CallboardError("inside")

    with pytest.raises(CallboardError, match=r"^inside$"):
        run_loop(fail())
