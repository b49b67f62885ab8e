"""Where a turn begins and ends."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pytest_aiohttp.plugin import AiohttpServer

from runtime.cli.address import Address
from runtime.cli.client import Message, connect
from runtime.cli.dialogue import Dialogue, Outcome, failure_of
from tests.cli.stage import INIT, Line, Stage, response

REFUSED: Line = {"type": "error", "code": "bad_message", "message": "Too long."}


async def take_turn(
    aiohttp_server: AiohttpServer, answer: Sequence[Line], opening: Sequence[Line] = (INIT,)
) -> tuple[Outcome, Outcome, list[str]]:
    """Open a session, hear a greeting out, say one thing; the two outcomes, and the types of what was heard."""
    server = await aiohttp_server(Stage(opening, lambda _: answer).app())
    heard: list[Message] = []
    async with connect(Address("127.0.0.1", int(server.port or 0)), "/front/ada", {}) as connection:
        dialogue = Dialogue(connection, heard.append)
        await dialogue.open()
        greeting = await dialogue.answer()
        await dialogue.say({"type": "transcript", "text": "hi"})
        outcome = await dialogue.answer()
    return greeting, outcome, [str(message["type"]) for message in heard]


async def test_a_turn_ends_with_its_complete_response(aiohttp_server: AiohttpServer) -> None:
    greeting, outcome, heard = await take_turn(aiohttp_server, response("m1", "Noon."))
    assert (greeting, outcome) == (Outcome(), Outcome("Noon."))
    assert heard == ["session_init", "stream_start", "text_start", "text_delta", "response_complete"]


async def test_a_greeting_that_is_complete_already_is_no_greeting_to_wait_for(aiohttp_server: AiohttpServer) -> None:
    greeting, outcome, heard = await take_turn(
        aiohttp_server, response("m2", "Noon."), [INIT, *response("m1", "Welcome.")]
    )
    assert (greeting, outcome) == (Outcome(), Outcome("Noon."))
    assert heard.count("response_complete") == 2


async def test_a_failed_model_is_a_failed_turn(aiohttp_server: AiohttpServer) -> None:
    start, *_, end = response("m1", "")
    failure = {"type": "stream_error", "messageId": "m1", "error": "The model is away.", "code": "model_error"}
    _, outcome, heard = await take_turn(aiohttp_server, [start, failure, end])
    assert outcome == Outcome("", "The model is away.")
    assert heard[-1] == "response_complete"


@pytest.mark.parametrize(
    "refusal",
    [
        {"type": "error", "code": "bad_message", "message": "Too long."},
        {"type": "transcription_error", "code": "no_speech", "error": "Too long."},
    ],
)
async def test_what_is_refused_gets_no_response_and_ends_the_turn(
    aiohttp_server: AiohttpServer, refusal: Message
) -> None:
    _, outcome, heard = await take_turn(
        aiohttp_server, [{"type": "warning", "code": "slow", "message": "w"}, dict(refusal)]
    )
    assert outcome == Outcome("", "Too long.")
    assert heard == ["session_init", "warning", refusal["type"]]


async def test_a_turn_taken_into_an_answer_is_answered_too(aiohttp_server: AiohttpServer) -> None:
    begun, *_, end = response("m1", "A long story.")

    def answer(message: Message) -> Sequence[Line]:
        answers: dict[str, list[Line]] = {
            "tell": [begun],
            "no": [REFUSED],
            "stop": [end, *response("m2", "Fine.")],
        }
        return answers[message["text"]]

    server = await aiohttp_server(Stage(answer=answer).app())
    heard: list[Message] = []
    async with connect(Address("127.0.0.1", int(server.port or 0)), "/front/ada", {}) as connection:
        dialogue = Dialogue(connection, heard.append)
        await dialogue.open()
        for text in ("tell", "no", "stop"):
            await dialogue.say({"type": "transcript", "text": text})
        assert dialogue.busy
        assert await dialogue.answer() == Outcome("Fine.")
        assert not dialogue.busy
    kinds = [message["type"] for message in heard]
    assert kinds[1:4] == ["stream_start", "error", "response_complete"]
    assert kinds[-1] == "response_complete"


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ({"message": "a", "error": "b", "code": "c"}, "a"),
        ({"error": "b", "code": "c"}, "b"),
        ({"code": "c"}, "c"),
        ({}, "unknown error"),
    ],
)
def test_the_sentence_of_an_error_is_found_in_any_kind(message: Message, sentence: str) -> None:
    assert failure_of(message) == sentence
