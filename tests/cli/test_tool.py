"""Trying a tool, and reaching for the services behind one."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web

from tests.cli.conftest import Run

CANARY = "canary-5b1e7f"

SPEC = """\
model: gpt-4o
voice: null
transcription: null
instructions: Be kind.
variables:
  guest: {type: string, default: you}
  room_no: {type: integer, default: 1, from: header}
tools:
  add: {python: "kit:add"}
  tell: {python: "kit:tell"}
  fail: {python: "kit:fail"}
  leak: {python: "kit:leak"}
  book:
    description: Book a table.
    confirm: true
    parameters: {type: object, properties: {guests: {type: integer}}, required: [guests]}
    http:
      method: POST
      url: ${env:KIT_API}/tables
      headers: {Authorization: "Bearer ${env:KIT_TOKEN}"}
      json: {guests: "{{ args.guests }}", who: "{{ guest }}"}
      result: echo
      allow_private: [127.0.0.0/8]
      probe: {url: "${env:KIT_API}/health"}
"""
KIT = '''\
import os

from runtime.tools.context import ToolContext


def add(a: int, b: int = 1) -> int:
    """Add."""
    return a + b


def tell(ctx: ToolContext) -> str:
    """Tell."""
    ctx.progress("Half of it.")
    return f"{ctx.variables['guest']} in {ctx.variables['room_no']}"


def fail() -> str:
    """Fail."""
    raise RuntimeError("hunter2")


def leak(ctx: ToolContext, how: str) -> str:
    """Tell the key in one way or another."""
    secret = os.environ["KIT_TOKEN"]
    if how == "raise":
        raise ValueError(f"bad token {secret}")
    ctx.logger.info("token %s", secret)
    ctx.progress(secret)
    return secret
'''


async def _answer(request: web.Request) -> web.Response:
    if request.path == "/health":
        return web.Response(status=204)
    token = request.headers["Authorization"]
    return web.json_response({"echo": {"said": await request.json(), "token": token}, "rest": 1})


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """A service in a thread of its own: commands run loops of theirs."""
    loop, started = asyncio.new_event_loop(), threading.Event()
    addresses: list[str] = []

    async def serve() -> web.AppRunner:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", _answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        addresses.append(f"http://127.0.0.1:{runner.addresses[0][1]}")
        started.set()
        return runner

    def work() -> None:
        runner = loop.run_until_complete(serve())
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=work)
    thread.start()
    started.wait()
    yield addresses[0]
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@pytest.fixture
def kit(agents: Path, api: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    (agents / "ada.yaml").write_text(SPEC)
    (agents / "kit.py").write_text(KIT)
    monkeypatch.setenv("KIT_API", api)
    monkeypatch.setenv("KIT_TOKEN", CANARY)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    return agents


def timeless(out: str) -> str:
    return re.sub(r"\d+ ms", "N ms", out)


@pytest.mark.usefixtures("kit")
def test_a_function_is_called_and_its_result_shown(run: Run) -> None:
    result = run("tool", "ada.add", '{"a": "2"}')
    assert (result.code, timeless(result.out)) == (
        0,
        'call     ada.add {"a": "2"}\nresult   3\ntook     N ms\n',
    )


@pytest.mark.usefixtures("kit")
def test_what_a_tool_knows_of_its_session(run: Run) -> None:
    result = run("tool", "ada.tell", "--var", "guest=Mr Bell", "--var", "room_no=12")
    assert 'says     Half of it.\nresult   "Mr Bell in 12"' in result.out


@pytest.mark.usefixtures("kit")
def test_arguments_are_refused_as_the_model_would_read_it(run: Run) -> None:
    result = run("tool", "ada.add", '{"b": 1}')
    assert (result.code, result.out) == (1, 'call     ada.add {"b": 1}\nrefused  a is missing\n')


@pytest.mark.usefixtures("kit")
@pytest.mark.parametrize(
    ("text", "called", "refusal"),
    [
        ("[1]", "[1]", "The arguments must be a JSON object."),
        ('"' + "a" * 70_000 + '"', '"' + "a" * 999, "The arguments are too long."),
    ],
)
def test_what_is_read_from_a_model_is_refused_likewise(run: Run, text: str, called: str, refusal: str) -> None:
    result = run("tool", "ada.add", text)
    assert (result.code, result.out) == (1, f"call     ada.add {called}\nrefused  {refusal}\n")


@pytest.mark.usefixtures("kit")
@pytest.mark.parametrize("how", ["raise", "tell"])
def test_a_function_cannot_show_what_the_spec_hides(run: Run, how: str) -> None:
    result = run("tool", "ada.leak", json.dumps({"how": how}))
    assert CANARY not in result.out + result.err
    assert ("ValueError: bad token ***" if how == "raise" else "ada.leak ses_tool: token ***") in result.err
    assert "kit.py" in result.err or how == "tell"


@pytest.mark.usefixtures("kit")
def test_a_failure_is_shown_as_the_model_would_read_it(run: Run) -> None:
    result = run("tool", "ada.fail")
    assert result.code == 1
    assert "error    The tool failed: RuntimeError\n" in result.out
    assert "hunter2" not in result.out


@pytest.mark.usefixtures("kit")
def test_a_request_and_its_answer_are_shown_without_secrets(run: Run, api: str) -> None:
    result = run("tool", "ada.book", '{"guests": 4}')
    assert result.code == 0
    assert "note     in a conversation the user is asked first\n" in result.out
    assert "request  POST ***/tables\n" in result.out
    assert "Authorization: Bearer ***\n" in result.out
    assert '{"guests":4,"who":"you"}' in result.out
    assert "answer   200 OK\n" in result.out
    picked = json.loads(result.out.partition("result")[2].rpartition("took")[0])
    assert picked == {"said": {"guests": 4, "who": "you"}, "token": "Bearer ***"}
    assert CANARY not in result.out + result.err
    assert api not in result.out + result.err


@pytest.mark.usefixtures("kit")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ada",), "'ada' names no tool: write AGENT.TOOL"),
        (("adda.add",), "There is no agent 'adda'; did you mean 'ada'?"),
        (("ada.ad",), "ada has no tool 'ad'; did you mean 'add'?"),
        (("ada.add", "{a: 1}"), "The arguments are not JSON"),
        (("ada.add", '{"a": NaN}'), "The arguments are not JSON: unexpected character"),
        (("ada.add", "[" * 100_000), "The arguments are nested too deeply."),
        (("ada.add", '{"a":' * 5_000 + "1" + "}" * 5_000), "The arguments are nested too deeply."),
        (("ada.add", '{"a":' * 500 + "1" + "}" * 500), "The arguments are nested too deeply."),
        (("ada.add", "1" * 5_000), "The arguments are not JSON: number is infinity"),
        (("ada.add", "--var", "guest"), "is not of the form name=value"),
        (
            ("ada.add", "--var", "gest=1"),
            "--var: ada takes no variable 'gest'; its variables are: guest, room_no.",
        ),
        (("ada.add", "--var", "room_no=twelve"), "--var: The variable 'room_no' must be of type integer."),
    ],
)
def test_what_cannot_be_tried_is_told(run: Run, arguments: tuple[str, ...], told: str) -> None:
    result = run("tool", *arguments)
    assert (result.code, result.out) == (2, "")
    assert told in result.err


def test_a_variable_that_a_session_must_bring_is_asked_for(kit: Path, run: Run) -> None:
    (kit / "ada.yaml").write_text(SPEC.replace("default: you", "required: true"))
    result = run("tool", "ada.tell")
    assert (result.code, result.out, result.err) == (2, "", "callboard: ada needs a value: add --var guest=VALUE.\n")


def test_an_agent_with_problems_shows_them(kit: Path, run: Run) -> None:
    (kit / "ada.yaml").write_text(SPEC.replace("model:", "modle:"))
    result = run("tool", "ada.add")
    assert result.code == 1
    assert "did you mean 'model'?" in result.err


@pytest.mark.usefixtures("kit")
def test_services_that_answer_are_no_problem(run: Run) -> None:
    assert run("check", "--online").out == "1 agent, no problems\n"


@pytest.mark.usefixtures("kit")
def test_a_service_that_does_not_answer_is_a_finding_online_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIT_API", "http://127.0.0.1:9")
    assert run("check").code == 0
    result = run("check", "--online")
    assert result.code == 1
    assert "error[unreachable]: book: the service cannot be reached" in result.out
    assert "127.0.0.1" not in result.out + result.err
