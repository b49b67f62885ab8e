from __future__ import annotations

import asyncio
from contextlib import aclosing
from threading import Event

import pytest

pytest.importorskip("espeakng_loader")

from runtime.errors import ProviderError
from runtime.providers.local import synthesis
from runtime.providers.local.synthesis import LONGEST_PASSAGE, Handover, Manner, finish, passages, speak
from runtime.providers.local.voices import EspeakVoice, find_voice

LONG = "This sentence goes on and on, and would take quite some seconds to say, if nobody stopped it before its end."
PLAIN = Manner(find_voice("en-us"), 175)


class Gate:
    """An encoder that lets one piece pass and then waits until the test opens it."""

    def __init__(self) -> None:
        self.opened = Event()
        self.fed = 0

    def feed(self, pcm: bytes) -> bytes:
        self.fed += 1
        assert self.fed == 1 or self.opened.wait(5)
        return pcm

    def finish(self) -> bytes:
        return b""


class Broken:
    """An encoder that fails."""

    def feed(self, pcm: bytes) -> bytes:
        raise LookupError(len(pcm))

    def finish(self) -> bytes:
        raise LookupError


async def worker_is_idle() -> None:
    await asyncio.wrap_future(synthesis._speaking.submit(lambda: None))


async def test_the_first_sound_is_there_before_the_rest_is_made() -> None:
    gate = Gate()
    async with aclosing(speak(LONG, PLAIN, gate, 5)) as pieces:
        first = await anext(pieces)
        made_by_then = gate.fed
        gate.opened.set()
        rest = b"".join([piece async for piece in pieces])

    assert made_by_then <= 2
    assert len(rest) > 20 * len(first)


async def test_a_reader_that_goes_away_stops_the_worker_at_once() -> None:
    gate = Gate()
    async with aclosing(speak(LONG, PLAIN, gate, 5)) as pieces:
        await anext(pieces)
    gate.opened.set()
    await worker_is_idle()

    assert gate.fed <= 2


async def test_a_reader_that_is_cancelled_stops_the_worker_at_once() -> None:
    gate = Gate()
    begun = asyncio.Event()

    async def read() -> None:
        async with aclosing(speak(LONG, PLAIN, gate, 5)) as pieces:
            async for _ in pieces:
                begun.set()

    async with asyncio.TaskGroup() as tasks:
        reader = tasks.create_task(read())
        await begun.wait()
        reader.cancel()
    gate.opened.set()
    await worker_is_idle()

    assert gate.fed <= 2


async def test_what_was_abandoned_in_the_queue_is_never_spoken() -> None:
    gate, waiting = Gate(), Gate()
    async with aclosing(speak(LONG, PLAIN, gate, 5)) as first:
        await anext(first)
        with pytest.raises(ProviderError, match=r"no sound within 0\.01 seconds") as caught:
            await anext(speak(LONG, PLAIN, waiting, 0.01))
        gate.opened.set()
    await worker_is_idle()

    assert caught.value.code == "speech_failed"
    assert caught.value.retryable
    assert waiting.fed == 0


async def test_an_encoder_that_fails_is_an_error_of_the_voice() -> None:
    with pytest.raises(ProviderError, match="failed while it made the sound") as caught:
        await anext(speak(LONG, PLAIN, Broken(), 5))
    with pytest.raises(ProviderError):
        await finish(Broken())

    assert caught.value.code == "speech_failed"


async def test_an_error_of_the_library_reaches_the_reader() -> None:
    with pytest.raises(ProviderError, match="no voice"):
        await anext(speak(LONG, Manner(EspeakVoice("xx", "gmw/xx"), 175), Gate(), 5))


def test_a_worker_whose_reader_has_no_loop_any_more_is_told_so_quietly() -> None:
    async def hand() -> Handover:
        return Handover()

    handover = asyncio.run(hand())

    assert handover.put(b"sound")
    handover.close()
    assert not handover.put(b"sound")


async def test_what_has_gathered_is_taken_as_one_piece() -> None:
    handover = Handover()
    for piece in (b"a", b"b", b"c"):
        handover.put(piece)
    gathered = await handover.take()
    handover.put(b"d")
    handover.close()

    assert (gathered, await handover.take(), await handover.take()) == (b"abc", b"d", b"")


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("  \n ", 0), ("Hello there. How are you?", 1), ("One sentence more. " * 40, 3), ("word " * 100, 2)],
)
def test_long_text_is_spoken_in_passages(text: str, count: int) -> None:
    found = list(passages(text))

    assert len(found) == count
    assert " ".join(found).split() == text.split()
    assert all(0 < len(passage) <= LONGEST_PASSAGE for passage in found)


def test_text_without_spaces_is_cut_all_the_same() -> None:
    found = list(passages("道" * 700))

    assert [len(passage) for passage in found] == [300, 300, 100]
