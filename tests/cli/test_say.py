"""`callboard say`: the answer and nothing else."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from tests.cli.conftest import ADA, Run
from tests.cli.stage import Message, Stage, response, served


@pytest.mark.usefixtures("agents")
def test_the_answer_is_all_there_is_on_stdout(run: Run) -> None:
    result = run("say", "ada", "what time is it")
    assert (result.code, result.out, result.err) == (0, "Noon.\n", "")


def test_the_greeting_is_neither_printed_nor_saved(talking: Path, run: Run) -> None:
    run("say", "ada", "what time is it", "--save", "without.wav")
    spec = (talking / "ada.yaml").read_text() + f"first_message: {'A long welcome. ' * 5}\n"
    (talking / "ada.yaml").write_text(spec)
    result = run("say", "ada", "what time is it", "--save", "with.wav")
    assert (result.code, result.out) == (0, "Noon.\n")
    with wave.open("with.wav") as greeted, wave.open("without.wav") as plain:
        assert 0 < greeted.getnframes() <= plain.getnframes() * 1.1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ([{"type": "error", "code": "bad_message", "message": "No."}], "No."),
        (
            [
                {"type": "stream_start", "messageId": "m"},
                {"type": "stream_error", "messageId": "m", "error": "Away.", "code": "model_error"},
                {"type": "response_complete", "messageId": "m", "text": "Half"},
            ],
            "Away.",
        ),
        (response("m", " "), "it said nothing"),
    ],
)
def test_a_turn_without_an_answer_is_1(run: Run, answer: list[Message], reason: str) -> None:
    with served(Stage(answer=lambda _: answer).app()) as url:
        result = run("say", "ada", "hi", "--url", url)
    assert (result.code, result.out, result.err) == (1, "", f"callboard: ada gave no answer: {reason}\n")


def test_warnings_go_to_stderr(run: Run) -> None:
    warning = {"type": "warning", "code": "speech_failed", "message": "One sentence stayed silent."}
    with served(Stage(answer=lambda _: [warning, *response("m", "Noon.")]).app()) as url:
        result = run("say", "ada", "hi", "--url", url)
    assert (result.code, result.out, result.err) == (0, "Noon.\n", "warning: One sentence stayed silent.\n")


def test_an_upstream_that_is_away_is_1(agents: Path, run: Run, unused_tcp_port: int) -> None:
    model = f"model: {{name: m, base_url: 'http://127.0.0.1:{unused_tcp_port}/v1', api_key: k, max_retries: 0}}"
    (agents / "ada.yaml").write_text(ADA.replace("model: local/scripted", model))
    result = run("say", "ada", "hi")
    assert (result.code, result.out) == (1, "")
    logged, told = result.err.splitlines()  # the server of this talk logs to the same terminal
    assert "warning session: " in logged
    assert told == "callboard: ada gave no answer: The model's server cannot be reached."


@pytest.mark.usefixtures("agents")
def test_a_folder_for_the_sound_is_told(run: Run, tmp_path: Path) -> None:
    result = run("say", "ada", "hi", "--save", str(tmp_path))
    assert result.code == 2
    assert result.err.startswith("callboard: --save: ")
