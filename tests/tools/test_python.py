from __future__ import annotations

import logging
import subprocess
import sys
import threading
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path

import pytest

from runtime.chat import ToolDeclaration
from runtime.tools.port import Tool
from tests.tools.conftest import Folder, failure, module_of

SESSION: ContextVar[str] = ContextVar("SESSION")


async def test_a_bound_function_is_a_tool(folder: Folder) -> None:
    folder.write("hotel/rooms.py", "def free(beds: int = 2):\n    'Free rooms.'\n    return {'free': beds}")
    tool: Tool = folder.bind("hotel.rooms:free", timeout_ms=70)
    assert tool.declaration == ToolDeclaration(
        "free",
        "Free rooms.",
        {
            "type": "object",
            "properties": {"beds": {"type": "integer", "default": 2}},
            "additionalProperties": False,
        },
    )
    assert tool.timeout_ms == 70
    assert await tool.call({"beds": 3}) == {"free": 3}


def test_the_specs_description_wins_over_the_docstring(folder: Folder) -> None:
    folder.write("t.py", "def go():\n    'From the code.\\n\\n    More of it.'\ndef bare(): ...")
    assert folder.bind("t:go").declaration.description == "From the code.\n\nMore of it."
    assert folder.bind("t:go", description="From the spec.").declaration.description == "From the spec."
    assert folder.bind("t:bare", description="From the spec.").declaration.description == "From the spec."


def test_a_tool_that_says_nothing_about_itself_is_refused(folder: Folder) -> None:
    folder.write("t.py", "def go(): ...")
    assert folder.refusal("t:go") == (
        "`t:go` says nothing about itself; write a docstring, or a `description` in the spec"
    )


def test_examples_are_declared_beside_the_schema_and_not_in_it(folder: Folder) -> None:
    folder.write("t.py", "def go(city: str):\n    'Go.'")
    shown, without = folder.bind("t:go", examples=("take me to {city}",)), folder.bind("t:go")
    assert shown.declaration.examples == ("take me to {city}",)
    assert without.declaration.examples == ()
    assert shown.declaration.parameters == without.declaration.parameters


async def test_an_async_function_runs_on_the_loop(folder: Folder) -> None:
    folder.write(
        "t.py",
        "import threading\nasync def go(x: int):\n    'Go.'\n    return [x, threading.current_thread().name]",
    )
    assert await folder.bind("t:go").call({"x": 1}) == [1, threading.current_thread().name]


async def test_a_sync_function_does_not_run_on_the_loop(folder: Folder) -> None:
    folder.write("t.py", "import threading\ndef go():\n    'Go.'\n    return threading.current_thread().name")
    assert await folder.bind("t:go").call({}) == "callboard-tool"


async def test_a_plain_decorator_may_hide_an_async_function(folder: Folder) -> None:
    folder.write(
        "t.py",
        """
        import functools
        def logged(function):
            @functools.wraps(function)
            def wrapper(**kwargs):
                return function(**kwargs)
            return wrapper
        @logged
        async def go(x: int):
            "Go."
            return x + 1
        bound = functools.partial(go, x=5)
        """,
    )
    assert await folder.bind("t:go").call({"x": 1}) == 2
    assert await folder.bind("t:bound").call({}) == 6


@pytest.mark.parametrize("prefix", ["", "async "])
async def test_context_variables_of_the_caller_are_seen(folder: Folder, prefix: str) -> None:
    folder.write("t.py", f"{prefix}def go():\n    'Go.'\n    return SESSION.get()")
    tool = folder.bind("t:go")
    module_of(tool)["SESSION"] = SESSION
    SESSION.set("s1")
    assert await tool.call({}) == "s1"


@pytest.mark.parametrize("prefix", ["", "async "])
@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('sesame')", "The tool failed: ValueError"),
        ("raise SystemExit(3)", "The tool failed: SystemExit"),
        ("import sys; sys.exit('sesame')", "The tool failed: SystemExit"),
        ("raise KeyboardInterrupt", "The tool failed: KeyboardInterrupt"),
        ("raise BaseException('sesame')", "The tool failed: BaseException"),
        ("raise TimeoutError", "The tool failed: TimeoutError"),
        ("import asyncio; raise asyncio.CancelledError", "The tool failed: CancelledError"),
        ("raise RecursionError", "The tool failed: RecursionError"),
        ("from runtime.errors import ToolError; raise ToolError('Fully booked.')", "Fully booked."),
        ("return b''", "The result holds a value of type `bytes`, which JSON cannot carry"),
    ],
)
async def test_a_failing_tool_says_little_and_leaves_the_loop_alone(
    folder: Folder, prefix: str, body: str, message: str
) -> None:
    folder.write("t.py", f"{prefix}def go():\n    'Go.'\n    {body}\ndef fine():\n    'Fine.'\n    return 1")
    assert await failure(folder.bind("t:go")) == message
    assert await folder.bind("t:fine").call({}) == 1


async def test_the_operators_log_has_the_traceback(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    folder.write("t.py", "def go():\n    'Go.'\n    raise ValueError('the details')")
    with caplog.at_level(logging.WARNING, logger="runtime.tools"):
        await failure(folder.bind("t:go"))
    (record,) = caplog.records
    assert (record.name, record.getMessage()) == ("runtime.tools", "tool go failed")
    assert "the details" in caplog.text
    assert "t.py" in caplog.text


async def test_code_of_the_tool_that_runs_outside_of_it_fails_alike(folder: Folder) -> None:
    folder.write(
        "t.py",
        """
        from typing import Annotated
        from pydantic import AfterValidator
        class Trap(dict):
            def items(self):
                raise SystemExit
        def check(value: int) -> int:
            raise KeyError(value)
        def result():
            "Result."
            return Trap()
        def argument(x: Annotated[int, AfterValidator(check)]):
            "Argument."
        """,
    )
    assert await failure(folder.bind("t:result")) == "The tool failed: SystemExit"
    assert await failure(folder.bind("t:argument"), {"x": 1}) == "The tool failed: KeyError"


async def test_the_function_is_not_called_with_wrong_arguments(folder: Folder) -> None:
    folder.write("t.py", "calls = []\ndef go(x: int):\n    'Go.'\n    calls.append(x)")
    tool = folder.bind("t:go")
    assert await failure(tool, {"x": "many"}) == 'x: "many" is not an integer'
    assert module_of(tool)["calls"] == []


async def test_an_edited_module_is_new_to_the_next_bind_and_old_to_the_tool_that_has_it(folder: Folder) -> None:
    folder.write("data.py", "PRICE = 1")
    folder.write("t.py", "def go():\n    'Go.'\n    from data import PRICE\n    return ['old', PRICE]")
    old = folder.bind("t:go")
    assert await old.call({}) == ["old", 1]
    folder.write("t.py", "def go():\n    'Go.'\n    from data import PRICE\n    return ['new', PRICE]")
    folder.write("data.py", "PRICE = 2")
    new = folder.bind("t:go")
    assert await new.call({}) == ["new", 2]
    assert await old.call({}) == ["old", 1]


async def test_a_tool_may_come_from_an_installed_package(
    folder: Folder, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path_factory.mktemp("site")
    (site / "callboard_test_installed.py").write_text("def go(x: int):\n    'Go.'\n    return x * 2\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
    assert (
        await replace(folder, packages=("callboard_test_installed",)).bind("callboard_test_installed:go").call({"x": 2})
        == 4
    )


def test_nothing_of_a_tool_shows_its_code_in_repr(folder: Folder) -> None:
    folder.write("t.py", "def go():\n    'Go.'")
    assert "function" not in repr(folder.bind("t:go"))


def test_a_server_without_tools_loads_no_schema_libraries() -> None:
    heavy = ("pydantic", "jsonschema", "docstring_parser")
    script = f"import sys, runtime.tools.python; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("said", ["1 / 0", "Text('no')"])
async def test_an_error_that_has_no_text_of_its_own_is_told_all_the_same(folder: Folder, said: str) -> None:
    folder.write(
        "t.py",
        f"""
        from typing import Annotated
        from pydantic import AfterValidator
        from runtime.errors import ToolError
        class Text(str):
            def __getitem__(self, key):
                raise RuntimeError
        class Odd(ToolError):
            def __str__(self):
                return {said}
        def refuse(text):
            raise Odd
        def go():
            "Go."
            raise Odd
        def check(text: Annotated[str, AfterValidator(refuse)]):
            "Check."
        """,
    )
    told = "no" if said.startswith("Text") else "The tool failed: Odd"
    assert (await failure(folder.bind("t:go")))[:100] == told
    assert folder.bind("t:check").objection({"text": "x"})[:100] == told
