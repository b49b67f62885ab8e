"""Turns with sound, and turns that are cut short."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import Any

import pytest
from pytest_aiohttp.plugin import AiohttpServer
from typing_extensions import override

from runtime.cli.address import Address
from runtime.cli.client import Message, connect
from runtime.cli.dialogue import Outcome
from runtime.cli.interrupts import first_interrupt
from runtime.cli.sound import Part, Silence, Sound
from runtime.cli.talk import Talk
from tests.cli.stage import INIT, Line, Stage, response


class Ear(Silence):
    """Remembers what it took; `patience` makes `settle` wait for it."""

    def __init__(self, played_ms: float | None = None) -> None:
        self.parts: list[Part] = []
        self.stopped = asyncio.Event()
        self.patience: asyncio.Event | None = None
        self.settling = asyncio.Event()
        self.speaking = asyncio.Event()
        self._played_ms = played_ms

    @override
    def take(self, part: Part) -> None:
        self.parts.append(part)
        self.speaking.set()

    @override
    def stop(self) -> float | None:
        self.stopped.set()
        return self._played_ms

    @override
    async def settle(self) -> None:
        if self.parts:
            self.settling.set()
            if self.patience is not None:
                await self.patience.wait()


class Shown:
    """A view that remembers."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def user(self, text: str) -> None:
        assert text == ""

    def show(self, message: Message) -> None:
        self.messages.append(message)


class Rig:
    """A talk on a stage."""

    def __init__(self, stage: Stage, ear: Ear) -> None:
        self.stage, self.ear, self.shown = stage, ear, Shown()
        self.audio: list[Any] = []

    def choose(self, audio: dict[str, Any] | None, _tasks: asyncio.TaskGroup) -> Sound:
        self.audio.append(audio)
        return self.ear

    async def run(self, aiohttp_server: AiohttpServer, *texts: str) -> list[Outcome]:
        server = await aiohttp_server(self.stage.app())
        address = Address("127.0.0.1", int(server.port or 0))
        async with connect(address, "/front/ada", {}) as connection, asyncio.TaskGroup() as tasks:
            talk = Talk(connection, self.shown, self.choose, tasks)
            await talk.open()
            await talk.greeting()
            outcomes = [await talk.say(text) for text in texts]
            talk.close()
            return outcomes


def answering(*answers: list[Line]) -> Stage:
    """One answer for each transcript, nothing for anything else."""
    rest = list(answers)
    return Stage(answer=lambda message: rest.pop(0) if message["type"] in {"transcript", "audio"} else ())


async def test_the_sound_is_chosen_by_what_the_session_announces(aiohttp_server: AiohttpServer) -> None:
    rig = Rig(answering(response("m1", "Noon.", sound=b"RIFF")), Ear())
    assert await rig.run(aiohttp_server, "hi") == [Outcome("Noon.")]
    assert rig.audio == [INIT["audio"]]
    assert [part.data for part in rig.ear.parts] == [b"RIFF"]
    assert rig.stage.received[0] == {"type": "transcript", "text": "hi"}


async def test_an_answer_that_was_heard_is_reported_so_that_the_next_turn_does_not_cut_it(
    aiohttp_server: AiohttpServer,
) -> None:
    rig = Rig(answering(response("m1", "Noon.", sound=b"x"), response("m2", "One.")), Ear())
    await rig.run(aiohttp_server, "a", "b")
    kinds = [message["type"] for message in rig.stage.received]
    assert kinds[:3] == ["transcript", "playback", "transcript"]
    assert rig.stage.received[1]["messageId"] == "m1"


async def test_a_greeting_is_heard_to_its_end(aiohttp_server: AiohttpServer) -> None:
    start, *rest = response("m1", "Welcome.", sound=b"x")
    opened = asyncio.Event()

    class Late(Stage):
        @override
        async def _say(self, websocket: Any, lines: Any) -> None:
            await super()._say(websocket, lines)
            if opened.is_set():
                return
            opened.set()
            pong = await websocket.receive_json()
            await websocket.send_json({"type": "pong", "id": pong["id"]})
            await super()._say(websocket, rest)

    rig = Rig(Late(opening=[INIT, start]), Ear())
    await rig.run(aiohttp_server)
    assert rig.shown.messages[-1]["type"] == "response_complete"
    assert len(rig.ear.parts) == 1


async def test_a_greeting_that_was_complete_at_once_is_reported_as_heard(aiohttp_server: AiohttpServer) -> None:
    rig = Rig(Stage([INIT, *response("m1", "Welcome.", sound=b"x")]), Ear())
    await rig.run(aiohttp_server)
    assert rig.ear.settling.is_set()
    assert [message["type"] for message in rig.stage.received] == ["playback"]


async def test_sound_that_comes_after_ctrl_c_is_not_heard_even_if_it_is_the_first(
    aiohttp_server: AiohttpServer,
) -> None:
    whole = response("m1", "Noon.", sound=b"x")
    thinking = asyncio.Event()

    def answer(message: Message) -> list[Line]:
        if message["type"] == "transcript":
            return whole[:1]
        return whole[1:] if message["type"] == "interrupt" else []

    class Watching(Shown):
        @override
        def show(self, message: Message) -> None:
            super().show(message)
            if message["type"] == "stream_start":
                thinking.set()

    rig = Rig(Stage(answer=answer), Ear())
    rig.shown = Watching()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ctrl_c_when(thinking))
        await rig.run(aiohttp_server, "hi")
    assert rig.ear.parts == []
    assert rig.stage.received[1:] == [{"type": "interrupt"}]


async def ctrl_c_when(event: asyncio.Event) -> None:
    await event.wait()
    os.kill(os.getpid(), signal.SIGINT)


async def test_ctrl_c_silences_the_answer_and_tells_the_server_how_much_was_heard(
    aiohttp_server: AiohttpServer,
) -> None:
    whole = response("m1", "A long story.", sound=b"x", interrupted=True)
    begun, late, end = whole[:4], whole[3], whole[-1]
    stage = Stage(answer=lambda message: begun if message["type"] == "transcript" else [late, end])
    rig = Rig(stage, Ear(played_ms=12.4))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ctrl_c_when(rig.ear.speaking))
        outcomes = await rig.run(aiohttp_server, "tell me")
    assert outcomes == [Outcome("A long story.")]
    assert rig.ear.stopped.is_set()
    assert stage.received == [
        {"type": "transcript", "text": "tell me"},
        {"type": "interrupt", "messageId": "m1", "playedMs": 12},
    ]
    assert len(rig.ear.parts) == 1, "sound of a silenced answer is not heard"


async def test_ctrl_c_while_the_player_still_plays_is_an_interruption_too(aiohttp_server: AiohttpServer) -> None:
    rig = Rig(answering(response("m1", "Noon.", sound=b"x")), Ear())
    rig.ear.patience = rig.ear.stopped
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ctrl_c_when(rig.ear.settling))
        await rig.run(aiohttp_server, "hi")
    assert rig.stage.received[1:] == [{"type": "interrupt"}]


async def test_words_thrown_in_silence_the_answer_and_tell_how_much_of_it_was_heard(
    aiohttp_server: AiohttpServer,
) -> None:
    whole = response("m1", "A long story.", sound=b"x")
    late, end = whole[3], whole[-1]

    def answer(message: Message) -> list[Line]:
        match message.get("text"):
            case "tell me":
                return whole[:4]
            case "stop":
                return [late, end, *response("m2", "Fine.", sound=b"y")]
            case _:
                return []

    rig = Rig(Stage(answer=answer), Ear(played_ms=12.4))
    server = await aiohttp_server(rig.stage.app())
    address = Address("127.0.0.1", int(server.port or 0))
    async with connect(address, "/front/ada", {}) as connection, asyncio.TaskGroup() as tasks:
        talk = Talk(connection, rig.shown, rig.choose, tasks)
        await talk.open()
        saying = tasks.create_task(talk.say("tell me"))
        await rig.ear.speaking.wait()
        await talk.interject("stop")
        assert await saying == Outcome("Fine.")
    assert rig.stage.received[:3] == [
        {"type": "transcript", "text": "tell me"},
        {"type": "playback", "messageId": "m1", "playedMs": 12},
        {"type": "transcript", "text": "stop"},
    ]
    assert [part.data for part in rig.ear.parts] == [b"x", b"y"], "sound of a silenced answer is not heard"


async def test_words_thrown_in_while_the_player_still_plays_are_answered(aiohttp_server: AiohttpServer) -> None:
    rig = Rig(answering(response("m1", "Noon.", sound=b"x"), response("m2", "Fine.")), Ear())
    rig.ear.patience = rig.ear.stopped
    server = await aiohttp_server(rig.stage.app())
    address = Address("127.0.0.1", int(server.port or 0))
    async with connect(address, "/front/ada", {}) as connection, asyncio.TaskGroup() as tasks:
        talk = Talk(connection, rig.shown, rig.choose, tasks)
        await talk.open()
        saying = tasks.create_task(talk.say("hi"))
        await rig.ear.settling.wait()
        await talk.interject("stop")
        assert await saying == Outcome("Fine.")
    assert [message["type"] for message in rig.stage.received] == ["transcript", "transcript"]


async def test_only_the_first_ctrl_c_is_caught() -> None:
    calls: list[str] = []
    ends: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: ends.append(number))
    try:
        done = asyncio.Event()

        def caught() -> None:
            calls.append("caught")
            done.set()

        with first_interrupt(caught):
            os.kill(os.getpid(), signal.SIGINT)
            await done.wait()
            os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (calls, ends) == (["caught"], [signal.SIGINT, signal.SIGINT])


async def test_an_utterance_is_sent_as_audio(aiohttp_server: AiohttpServer) -> None:
    stage = answering(response("m1", "Noon."))
    server = await aiohttp_server(stage.app())
    rig = Rig(stage, Ear())
    address = Address("127.0.0.1", int(server.port or 0))
    async with connect(address, "/front/ada", {}) as connection, asyncio.TaskGroup() as tasks:
        talk = Talk(connection, rig.shown, rig.choose, tasks)
        await talk.open()
        assert await talk.send_audio("UklGRg==", "wav") == Outcome("Noon.")
    assert stage.received == [{"type": "audio", "data": "UklGRg==", "format": "wav"}]


@pytest.mark.parametrize("audio", [None, {"format": "mp3"}])
async def test_an_answer_without_sound_is_not_reported_as_heard(aiohttp_server: AiohttpServer, audio: Any) -> None:
    stage = answering(response("m1", "Noon."))
    stage.opening = [INIT | {"audio": audio}]
    rig = Rig(stage, Ear())
    await rig.run(aiohttp_server, "hi")
    assert rig.audio == [audio]
    assert [message["type"] for message in stage.received] == ["transcript"]
