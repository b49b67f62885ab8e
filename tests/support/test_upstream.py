"""The upstream must refuse what the real API refuses, or the tests that use it prove nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.support.upstream import Chat, Cut, Hold, Refusal, Upstream, sound
from tests.support.upstream_rules import chat_problem, speech_problem

USER = {"role": "user", "content": "Hi"}


def called(*ids: str) -> dict[str, Any]:
    calls = [{"id": id_, "type": "function", "function": {"name": "f", "arguments": "{}"}} for id_ in ids]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def result(call_id: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": "1"}


@pytest.mark.parametrize(
    "messages",
    [
        [USER],
        [{"role": "system", "content": "Be kind."}, USER, {"role": "assistant", "content": ""}, USER],
        [USER, called("a", "b"), result("b"), result("a"), USER],
        [USER, called("a"), result("a"), called("a"), result("a")],
    ],
)
def test_orderly_messages_are_accepted(messages: list[dict[str, Any]]) -> None:
    assert chat_problem({"model": "m", "messages": messages}) is None


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [USER, called("a")],
        [USER, called("a", "b"), result("a"), USER],
        [USER, called("a"), USER, result("a")],
        [USER, result("a")],
        [USER, called("a"), result("a"), result("a")],
        [USER, called("a"), result("b")],
        [USER, called("a", "a"), result("a")],
        [USER, {"role": "assistant", "content": None}],
        [USER, {"role": "assistant", "content": "x", "tool_calls": []}],
        [{"role": "user", "content": None}],
        [{"role": "robot", "content": "x"}],
        [USER, called(""), result("")],
    ],
)
def test_disorderly_messages_are_refused(messages: list[dict[str, Any]]) -> None:
    assert chat_problem({"model": "m", "messages": messages})


@pytest.mark.parametrize(
    "extra",
    [
        {"colour": "red"},
        {"model": ""},
        {"tools": []},
        {"tool_choice": "none"},
        {"tools": [{"type": "function", "function": {"name": "no spaces"}}]},
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "array"}}}]},
        {"max_tokens": 1, "max_completion_tokens": 1},
    ],
)
def test_other_mistakes_are_refused(extra: dict[str, Any]) -> None:
    assert chat_problem({"model": "m", "messages": [USER], **extra})


@pytest.mark.parametrize(
    "extra", [{"input": " "}, {"input": "x" * 4097}, {"voice": ""}, {"speed": 9}, {"response_format": "midi"}, {"x": 1}]
)
def test_bad_speech_requests_are_refused(extra: dict[str, Any]) -> None:
    good = {"model": "m", "voice": "v", "input": "Hi"}
    assert speech_problem(good) is None
    assert speech_problem({**good, **extra})


@pytest.fixture
async def client(upstream: Upstream) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"authorization": f"Bearer {upstream.api_key}"}
    async with aiohttp.ClientSession(upstream.base_url + "/", headers=headers) as session:
        yield session


BODY = {"model": "m", "messages": [USER]}


async def test_a_mistake_is_answered_with_400_and_no_key_with_401(
    upstream: Upstream, client: aiohttp.ClientSession
) -> None:
    async with client.post("chat/completions", json={"model": "m", "messages": []}) as response:
        assert response.status == 400
    async with client.post("chat/completions", json=BODY, headers={"authorization": ""}) as response:
        assert response.status == 401
    assert upstream.chat.completed == 2


async def test_replies_come_in_order_and_then_the_default(upstream: Upstream, client: aiohttp.ClientSession) -> None:
    upstream.chat.script(Refusal(500), lambda request: Chat(request.body["model"]))
    texts = []
    for _ in range(3):
        async with client.post("chat/completions", json=BODY) as response:
            texts.append((response.status, await response.text()))
    assert [status for status, _ in texts] == [500, 200, 200]
    assert '"content": "m"' in texts[1][1]
    assert '"content": "All"' in texts[2][1]


async def test_every_request_is_counted_exactly_once(upstream: Upstream, client: aiohttp.ClientSession) -> None:
    hold = Hold()
    upstream.chat.script(Chat("Hello."), Chat("Hello.", at={1: Cut()}), Chat("Hello.", at={1: hold}))
    async with client.post("chat/completions", json=BODY) as response:
        await response.read()
    async with client.post("chat/completions", json=BODY) as response:
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()
    async with client.post("chat/completions", json=BODY) as response:
        await hold.reached.wait()
        assert upstream.chat.in_flight == 1
        response.close()
    await upstream.chat.wait(completed=1, cut=1, cancelled=1, in_flight=0)
    assert upstream.chat.started == 3


async def test_waiting_in_vain_says_what_is(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.upstream._WAIT_SECONDS", 0.01)
    with pytest.raises(AssertionError, match="'started': 0"):
        await upstream.chat.wait(started=1)


@pytest.mark.parametrize("audio_format", ["mp3", "wav", "pcm", "opus", "aac", "flac"])
def test_the_sound_of_a_text_is_its_own_and_always_the_same(audio_format: str) -> None:
    assert sound("Hello.", audio_format) == sound("Hello.", audio_format)
    assert sound("Hello.", audio_format) != sound("Howdy.", audio_format)


def test_the_mp3_is_one_that_a_decoder_takes() -> None:
    soundfile = pytest.importorskip("soundfile")
    import io

    samples, rate = soundfile.read(io.BytesIO(sound("Hello.", "mp3")), dtype="int16")
    assert rate == 24_000
    assert len(samples) >= 5 * 2 * 576
    assert not samples.any()
