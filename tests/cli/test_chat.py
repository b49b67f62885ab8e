"""`callboard chat`: against an own server, a running one, and one that misbehaves."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from tests.cli.conftest import ADA, Install, Run
from tests.cli.stage import INIT, WRITES_ONLY, Leave, Message, Stage, response, served
from tests.cli.test_main import callboard, environment

LATENCY = re.compile(r"  (\w+ ?\w* \d+ ms( · )?)+")


def without_latency(out: str) -> list[str]:
    return [re.sub(r" · \d+ ms$", "", line) for line in out.splitlines() if not LATENCY.fullmatch(line)]


@pytest.mark.usefixtures("agents")
def test_given_turns_are_shown_with_their_tools_and_latency(run: Run) -> None:
    result = run("chat", "ada", "--text", "what time is it", "--text", "bye")
    assert (result.code, result.err) == (0, "")
    assert without_latency(result.out) == [
        "you › what time is it",
        "  → get_time {}",
        "  ← get_time noon",
        "ada › Noon.",
        "you › bye",
        "ada › Goodbye!",
    ]
    assert len(re.findall(r"first text \d+ ms · total \d+ ms", result.out)) == 2


def test_a_greeting_comes_first_and_knows_the_variables(agents: Path, run: Run) -> None:
    spec = ADA + "first_message: Welcome, {{ guest }}.\nvariables: {guest: {type: string, max_length: 5}}\n"
    (agents / "ada.yaml").write_text(spec)
    result = run("chat", "ada", "--var", "guest=Zoë", "--text", "bye")
    assert without_latency(result.out)[0] == "ada › Welcome, Zoë."
    result = run("chat", "ada", "--var", "guest=Zoë Winter", "--text", "bye")
    assert result.code == 1
    assert result.err.endswith(
        "/ada refused the conversation (HTTP 400): The variable 'guest' is longer than 5 characters.\n"
    )
    result = run("chat", "ada", "--var", "guest")
    assert (result.code, result.err) == (2, "callboard: --var: 'guest' is not of the form name=value.\n")


def test_a_variable_that_the_agent_does_not_declare_is_refused_with_those_it_does(agents: Path, run: Run) -> None:
    result = run("chat", "ada", "--var", "gest=Zoë", "--text", "bye")
    assert (result.code, result.out) == (2, "")
    assert result.err == "callboard: --var: ada takes no variable 'gest' from a query; it takes none.\n"
    names = "variables: {guest: {}, room: {type: integer}, trace: {from: header}}\n"
    (agents / "ada.yaml").write_text(ADA + names)
    result = run("say", "ada", "bye", "--var", "trace=1")
    assert (
        result.err == "callboard: --var: ada takes no variable 'trace' from a query; its variables are: guest, room.\n"
    )


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("command", [("say", "ada", "what time is it"), ("chat", "ada", "--text", "what time is it")])
def test_debug_shows_where_a_tool_broke(agents: Path, run: Run, command: tuple[str, ...], debug: bool) -> None:
    (agents / "clock.py").write_text("def get_time() -> str:\n    raise RuntimeError('spring is broken')\n")
    result = run(*command, *(["--debug"] if debug else []))
    assert ("spring is broken" in result.err) == debug
    assert "tool ada.get_time failed" in result.err


@pytest.mark.usefixtures("agents")
def test_json_is_the_protocol(run: Run) -> None:
    result = run("chat", "ada", "--json", "--text", "what time is it")
    messages = [json.loads(line) for line in result.out.splitlines()]
    assert messages[0]["type"] == "session_init"
    assert messages[-1]["type"] == "response_complete"
    assert messages[-1]["text"] == "Noon."


@pytest.mark.usefixtures("talking")
def test_everything_spoken_is_saved(tmp_path: Path, run: Run) -> None:
    result = run("chat", "ada", "--text", "what time is it", "--save", str(tmp_path / "talk.wav"))
    assert (result.code, result.err) == (0, "")
    assert re.search(r"first text \d+ ms · first audio \d+ ms · total \d+ ms", result.out)
    with wave.open(str(tmp_path / "talk.wav")) as written:
        assert written.getnframes() / written.getframerate() > 0.2
        assert any(written.readframes(written.getnframes()))


@pytest.mark.usefixtures("talking")
def test_a_player_plays_unless_it_is_told_not_to(run: Run, install: Install) -> None:
    folder = install("aplay", "cat > heard")
    assert run("chat", "ada", "--text", "what time is it", "--no-audio").code == 0
    assert not (folder / "heard").exists()
    assert run("chat", "ada", "--text", "what time is it").code == 0
    assert (folder / "heard").stat().st_size > 1000


def test_lines_of_a_pipe_are_turns(agents: Path) -> None:
    done = subprocess.run(
        callboard("chat", "ada"),
        input="what time is it\n\nbye\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=agents.parent,
        env=environment(PYTHONUTF8="1"),
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = without_latency(done.stdout)
    assert [line for line in lines if "›" in line] == [
        "you › what time is it",
        "ada › Noon.",
        "you › bye",
        "ada › Goodbye!",
    ]


def test_a_turn_of_a_pipe_that_fails_is_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.write(write, b"hi\n\n")
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as stdin, served(Stage(answer=refused).app()) as url:
        monkeypatch.setattr(sys, "stdin", stdin)
        result = run("chat", "ada", "--url", url)
    assert (result.code, result.err) == (1, "")
    assert result.out.splitlines() == ["you › hi", "error: No."]


# -- names and problems


@pytest.mark.usefixtures("agents")
@pytest.mark.parametrize("command", [("chat", "adda"), ("say", "adda", "hi")])
def test_a_name_that_does_not_exist_is_corrected(run: Run, command: tuple[str, ...]) -> None:
    result = run(*command)
    assert (result.code, result.out) == (2, "")
    assert result.err == "callboard: There is no agent 'adda'; did you mean 'ada'?\n"
    with served(Stage().app()) as url:
        assert run(*command, "--url", url).err == result.err


def test_an_agent_with_problems_shows_them(agents: Path, run: Run) -> None:
    (agents / "ada.yaml").write_text("model: [\n")
    result = run("chat", "ada", "--text", "hi")
    assert result.code == 1
    assert result.err.startswith("NOT SERVED: ada (agents.d/ada.yaml)\nagents.d/ada.yaml:1:")
    assert result.err.endswith("callboard: ada cannot be talked to before its problems are solved.\n")
    with served(Stage(agents=[{"name": "ada", "path": None, "state": "failed"}]).app()) as url:
        result = run("chat", "ada", "--text", "hi", "--url", url)
    assert (result.code, result.err) == (1, "callboard: ada is not served there: its file has problems.\n")


def test_what_the_own_server_logs_is_a_line(agents: Path, run: Run) -> None:
    (agents / "ada.yaml").write_text(ADA.replace("You are Ada.", "\"You are {{ 'a' * 3 }}.\""))
    result = run("chat", "ada", "--text", "hi")
    assert result.code == 1
    log, last = result.err.splitlines()
    assert " server: " in log
    assert "ada" in log
    assert "/ada refused the conversation (HTTP 500): " in last


# -- a running server


def test_a_running_server_is_asked_for_the_path_and_told_the_variables(run: Run) -> None:
    stage = Stage(answer=lambda _: response("m1", "Noon."))
    with served(stage.app()) as url:
        result = run("chat", "ada", "--url", url, "--var", "guest=Zoë", "--text", "hi")
    assert result.code == 0
    assert stage.queries == [{"guest": "Zoë"}]
    assert stage.received == [{"type": "transcript", "text": "hi"}]


def test_a_sound_file_is_an_utterance(run: Run, tmp_path: Path) -> None:
    (tmp_path / "hi.WAV").write_bytes(b"RIFF")
    heard = {"type": "transcription_result", "text": "hi"}
    stage = Stage(answer=lambda _: [heard, *response("m1", "Noon.")])
    with served(stage.app()) as url:
        result = run("chat", "ada", "--url", url, "--audio", str(tmp_path / "hi.WAV"))
    assert result.code == 0
    assert stage.received == [{"type": "audio", "data": "UklGRg==", "format": "wav"}]
    assert without_latency(result.out) == ["heard › hi", "ada › Noon."]


def test_given_turns_are_taken_in_the_order_in_which_they_are_typed(run: Run, tmp_path: Path) -> None:
    for name in ("a.wav", "b.mp3"):
        (tmp_path / name).write_bytes(b"RIFF")
    stage = Stage(answer=lambda _: response("m1", "Noon."))
    turns = ("--audio", str(tmp_path / "a.wav"), "--text", "hi", "--audio", str(tmp_path / "b.mp3"))
    with served(stage.app()) as url:
        assert run("chat", "ada", "--url", url, *turns).code == 0
    kinds = [message.get("format") or message.get("text") for message in stage.received]
    assert kinds == ["wav", "hi", "mp3"]


def test_nothing_is_not_worth_a_connection(run: Run) -> None:
    result = run("chat", "ada", "--text", " ")
    assert (result.code, result.err) == (2, "callboard: --text: there is nothing to say in an empty text.\n")
    result = run("say", "ada", "")
    assert (result.code, result.err) == (2, "callboard: there is nothing to say: TEXT is empty\n")


@pytest.mark.usefixtures("talking")
def test_a_name_that_promises_another_format_is_warned_of(run: Run, tmp_path: Path) -> None:
    result = run("say", "ada", "what time is it", "--save", str(tmp_path / "talk.mp3"))
    assert result.code == 0
    assert (
        result.err
        == f"warning: {tmp_path}/talk.mp3 will be a WAV file whatever its name says; .wav is the right ending.\n"
    )
    assert (tmp_path / "talk.mp3").read_bytes().startswith(b"RIFF")


def test_a_sound_file_that_is_not_there_is_told(run: Run) -> None:
    result = run("chat", "ada", "--audio", "nowhere.wav")
    assert result.code == 2
    assert result.err == "callboard: --audio: nowhere.wav cannot be read: No such file or directory.\n"


def refused(_message: Message) -> list[Message | Leave | str]:
    return [{"type": "error", "code": "bad_message", "message": "No."}]


def test_a_failed_turn_is_1(run: Run) -> None:
    with served(Stage(answer=refused).app()) as url:
        result = run("chat", "ada", "--url", url, "--text", "hi")
    assert (result.code, result.err) == (1, "")
    assert result.out.splitlines() == ["you › hi", "error: No."]


def test_a_server_that_leaves_in_the_middle_is_one_line(run: Run, tmp_path: Path) -> None:
    wav = b"RIFF\x26\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x80\x3e\0\0\2\0\x10\0data\2\0\0\0aa"
    *begun, _ = response("m1", "Half an ans", sound=wav)
    stage = Stage(answer=lambda _: [*begun, Leave(1001)])
    with served(stage.app()) as url:
        result = run("chat", "ada", "--url", url, "--text", "hi", "--save", str(tmp_path / "half.wav"))
    assert result.code == 1
    assert result.err == "callboard: The server ended the conversation: it is shutting down.\n"
    assert (tmp_path / "half.wav").read_bytes().endswith(b"aa"), "what had been spoken is kept"


def test_a_server_that_leaves_while_nobody_speaks_ends_the_talk(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    stage = Stage(opening=[INIT, Leave(4408)])
    with os.fdopen(read, encoding="utf-8") as stdin, served(stage.app()) as url:
        monkeypatch.setattr(sys, "stdin", stdin)
        result = run("chat", "ada", "--url", url)
        os.close(write)
    assert result.code == 1
    assert result.err == "callboard: The server ended the conversation: it lasted too long, or nothing was said.\n"


def test_nothing_can_be_saved_of_an_agent_that_writes(run: Run, tmp_path: Path) -> None:
    with served(Stage(opening=[WRITES_ONLY]).app()) as url:
        result = run("chat", "ada", "--url", url, "--text", "hi", "--save", str(tmp_path / "a.wav"))
    assert (result.code, result.err) == (1, "callboard: ada writes and does not speak: there is nothing to save.\n")


@pytest.mark.usefixtures("agents", "as_terminal")
def test_a_person_is_told_who_plays_the_roles(run: Run) -> None:
    result = run("chat", "ada", "--text", "bye")
    assert "ada: model local/scripted" in result.err
    assert "it is not a language model" in result.err
    assert "\x1b[36mada ›\x1b[0m Goodbye!" in result.out
