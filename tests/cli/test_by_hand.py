"""A talk with a person who may speak while the agent does."""

from __future__ import annotations

import asyncio
import io
from collections import deque
from typing import Any

import pytest
from pytest_aiohttp.plugin import AiohttpServer
from typing_extensions import override

from runtime.cli.address import Address
from runtime.cli.by_hand import ByHand, Curtain
from runtime.cli.client import Message, connect
from runtime.cli.sound import Silence, Sound
from runtime.cli.talk import Talk
from runtime.cli.terminal import Terminal
from runtime.cli.view import Lines
from tests.cli.stage import INIT, Leave, Line, Stage, response


class Hands:
    """Type each line once the talk has shown a message of its kind; an empty kind waits to be asked."""

    def __init__(self, *script: tuple[str, str | None]) -> None:
        self._script = deque(script)
        self._shown: dict[str, asyncio.Event] = {}

    def event(self, kind: str) -> asyncio.Event:
        return self._shown.setdefault(kind, asyncio.Event())

    async def next(self) -> str | None:
        return self._script.popleft()[1]

    async def begun(self) -> None:
        kind = self._script[0][0]
        await (self.event(kind).wait() if kind else asyncio.Event().wait())

    def end(self) -> None:
        """Nobody waits."""

    def close(self) -> None:
        """Nothing to put back."""


async def talk_by_hand(aiohttp_server: AiohttpServer, stage: Stage, hands: Hands) -> list[str]:
    """What was on the screen, without how long it took."""
    server = await aiohttp_server(stage.app())
    stream = io.StringIO()
    terminal = Terminal(stream)

    class Telling(Curtain):
        """Tells the hands what has come."""

        @override
        def show(self, message: Message) -> None:
            super().show(message)
            hands.event(message["type"]).set()

    curtain = Telling(Lines("ada", terminal))

    def silent(_audio: dict[str, Any] | None, _tasks: asyncio.TaskGroup) -> Sound:
        return Silence()

    async with (
        asyncio.timeout(10),
        connect(Address("127.0.0.1", int(server.port or 0)), "/front/ada", {}) as connection,
        asyncio.TaskGroup() as tasks,
    ):
        talk = Talk(connection, curtain, silent, tasks)
        await talk.open()
        await ByHand(talk, curtain, hands, terminal).run()
    return [line for line in stream.getvalue().splitlines() if "total" not in line]


def cut_short(message: Message) -> list[Line]:
    """A story without an end, and what becomes of it when somebody speaks into it."""
    begun, end = response("m1", "A long story."), response("m1", "", interrupted=True)[-1]
    if message["text"] == "tell":
        return begun[:-1]
    late: Line = {"type": "text_delta", "messageId": "m1", "text": " And more."}
    heard: Line = {"type": "speech_interrupted", "messageId": "m1", "heardText": "A long"}
    return [late, heard, end, *response("m2", "Fine.")]


async def test_turns_follow_each_other_until_the_person_leaves(aiohttp_server: AiohttpServer) -> None:
    stage = Stage([INIT, *response("m0", "Hi.")], lambda message: response("m1", f"{message['text']}!"))
    hands = Hands(("", "one"), ("", ""), ("", "two"), ("", None))
    shown = await talk_by_hand(aiohttp_server, stage, hands)
    assert [line for line in shown if line] == ["ada › Hi.", "ada › one!", "ada › two!"]
    assert [message["text"] for message in stage.received] == ["one", "two"]


async def test_a_line_typed_into_an_answer_is_sent_at_once(aiohttp_server: AiohttpServer) -> None:
    stage = Stage(answer=cut_short)
    hands = Hands(("", "tell"), ("text_delta", "stop"), ("", None))
    shown = await talk_by_hand(aiohttp_server, stage, hands)
    assert [message["text"] for message in stage.received] == ["tell", "stop"]
    assert [line for line in shown if line] == [
        "ada › A long story.",
        "  interrupted; heard so far: A long",
        "ada › Fine.",
    ]


async def test_return_alone_interrupts_nothing(aiohttp_server: AiohttpServer) -> None:
    stage = Stage(answer=cut_short)
    hands = Hands(("", "tell"), ("text_delta", ""), ("text_delta", None))
    await talk_by_hand(aiohttp_server, stage, hands)
    assert [message["text"] for message in stage.received] == ["tell"]


async def test_a_server_that_leaves_ends_the_talk(aiohttp_server: AiohttpServer) -> None:
    stage = Stage(answer=lambda _: [*response("m1", "Half an ans")[:-1], Leave(1001)])
    with pytest.raises(BaseExceptionGroup) as caught:
        await talk_by_hand(aiohttp_server, stage, Hands(("", "tell"), ("", None)))
    error: BaseException = caught.value
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert str(error) == "The server ended the conversation: it is shutting down."


# -- the curtain


def drawn() -> tuple[Curtain, io.StringIO]:
    stream = io.StringIO()
    curtain = Curtain(Lines("ada", Terminal(stream)))
    curtain.user("")
    return curtain, stream


SAID: list[Message] = [{"type": "text_delta", "text": "more"}, {"type": "tool_error", "toolName": "t", "error": "no"}]


def test_what_comes_while_a_person_types_is_shown_afterwards() -> None:
    curtain, stream = drawn()
    curtain.hold()
    for message in SAID:
        curtain.show(message)
    assert stream.getvalue() == ""
    curtain.release()
    assert stream.getvalue() == "ada › more\n  ✗ t no\n"


def test_words_that_were_cut_short_are_not_shown() -> None:
    curtain, stream = drawn()
    curtain.hold()
    for message in SAID:
        curtain.show(message)
    curtain.release(cut=True)
    curtain.show(SAID[0])
    assert stream.getvalue() == "  ✗ t no\n"
    curtain.show({"type": "stream_start"})
    curtain.show(SAID[0])
    assert stream.getvalue() == "  ✗ t no\nmore", "the next answer is heard"


def test_a_notice_waits_like_everything_else() -> None:
    curtain, stream = drawn()
    curtain.hold()
    curtain.notice("Nothing is heard.")
    assert stream.getvalue() == ""
    curtain.release()
    assert stream.getvalue() == "Nothing is heard.\n"


def test_nothing_held_is_nothing_shown() -> None:
    curtain, stream = drawn()
    curtain.release()
    assert stream.getvalue() == ""
