"""Each ordering rule of the wire protocol, over a real socket, in normal, interrupted, failing and racing turns."""

import base64
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import OpenHouse
from tests.support.house import Client, Heard, audio_of, kinds, text_of
from tests.support.order import check_order
from tests.support.specs import TEXT, TOOLS, VOICE
from tests.support.upstream import Call, Chat, Cut, Hold, Refusal, Request, Speech, Upstream, Words

SPECS = {"ada": VOICE, "bob": TEXT, "demo_tools.py": TOOLS}
LONG = "One two three four. Five six seven eight. Nine ten eleven twelve. The end is here."
WAV = base64.b64encode(b"RIFF....WAVEfmt ").decode()


def by_request(request: Request) -> Chat | Refusal:
    """What the model answers, by what the user said last."""
    last = request.body["messages"][-1]
    said = last["content"] if last["role"] == "user" else "result"
    match said.split()[0]:
        case "tool":
            return Chat("Let me look.", calls=[Call("look", '{"city": "Rome"}', "call_1")])
        case "tools":
            calls = [Call("look", '{"city": "Rome"}', "call_1"), Call("broken", "{}", "call_2")]
            return Chat(calls=[*calls, Call("look", '{"town": 1}', "call_3"), Call("nothing", "{}", "call_4")])
        case "slow":
            return Chat(calls=[Call("slow")])
        case "fail":
            return Refusal(400, "No.")
        case "cut":
            return Chat(LONG, at={6: Cut()})
        case "long":
            return Chat(LONG)
        case "think":
            return Chat("So be it.", reasoning="Let me think.")
        case _:
            return Chat("It is so. That is all.")


async def test_a_spoken_turn_has_the_documented_messages_in_order(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.default = by_request
    async with server.connect("/ada") as client:
        heard = await client.turn("tool please")
        await client.silence()
        check_order(client.heard)
    speech = {"speech_stream_start", "audio_chunk", "speech_stream_end"}
    assert speech <= set(kinds(heard))
    seen = dict.fromkeys(kind for kind in kinds(heard) if kind not in speech)
    assert list(seen) == [
        "stream_start",
        "step_start",
        "text_start",
        "text_delta",
        "text_end",
        "tool_input_start",
        "tool_input_delta",
        "tool_input_end",
        "step_finish",
        "tool_call",
        "tool_result",
        "stream_finish",
        "response_complete",
    ]
    complete = heard[-1]
    assert complete["text"] == "Let me look.It is so. That is all."
    assert complete["toolResults"][0]["output"] == {"city": "Rome", "temperature": 20}
    assert complete["usage"]["totalTokens"] > 0
    assert {"firstTextMs", "firstAudioMs", "modelMs", "totalMs"} <= complete["latency"].keys()
    assert len(audio_of(heard)) > 1000


async def test_session_init_says_who_is_there(house: OpenHouse) -> None:
    server = await house(SPECS)
    async with server.connect("/ada", greet=False) as client:
        hello = await client.hear()
    assert hello["agent"] == "ada"
    assert hello["audio"] == {"format": "pcm", "sampleRate": 24000, "binary": False}
    assert hello["generation"] == 1
    assert hello["protocolVersion"] == "1.0"
    assert hello["sessionId"]
    assert hello["specDigest"]
    async with server.connect("/bob", greet=False) as client:
        assert (await client.hear())["audio"] is None


async def test_a_written_turn_has_no_speech(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.script(Chat("Hello, you."))
    async with server.connect("/bob") as client:
        heard = await client.turn("Hi")
    assert kinds(heard) == [
        "stream_start",
        "step_start",
        "text_start",
        "text_delta",
        "text_delta",
        "text_end",
        "step_finish",
        "stream_finish",
        "response_complete",
    ]
    assert text_of(heard) == "Hello, you."


async def test_several_tools_fail_and_succeed_side_by_side(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.default = by_request
    async with server.connect("/ada") as client:
        heard = await client.turn("tools please")
        check_order(client.heard)
    errors = {message["toolCallId"]: message["error"] for message in heard if message["type"] == "tool_error"}
    assert errors.keys() == {"call_2", "call_3", "call_4"}
    assert "hunter2" not in str(heard)
    assert "town" in errors["call_3"]
    assert "nothing" in errors["call_4"]
    assert "look" in errors["call_4"]


async def test_an_utterance_is_transcribed_and_answered(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.transcriptions.script(Words("long story"))
    upstream.chat.default = by_request
    async with server.connect("/ada") as client:
        await client.send_json({"type": "audio", "data": WAV, "format": "wav"})
        heard = await client.until("response_complete")
        check_order(client.heard)
    assert heard[0] == {"type": "transcription_result", "text": "long story", "language": "english"}
    assert text_of(heard) == LONG


async def test_utterances_are_answered_in_the_order_they_were_sent(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    slow = Hold()
    upstream.transcriptions.script(Words("first words", hold=slow), Words("second words"))
    async with server.connect("/ada") as client:
        await client.send_json({"type": "audio", "data": WAV, "format": "wav"})
        await slow.reached.wait()
        await client.send_json({"type": "audio", "data": WAV, "format": "wav"})
        await upstream.transcriptions.wait(completed=1)
        slow.release()
        heard = await client.until("response_complete")
    said = [message["text"] for message in heard if message["type"] == "transcription_result"]
    assert said == ["first words", "second words"]
    asked = [message["content"] for message in upstream.chat.requests[-1].body["messages"][1:]]
    assert asked == ["first words", "second words"]


async def test_sound_without_speech_interrupts_nothing(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    hold = Hold()
    upstream.chat.script(Chat(LONG, at={6: hold}))
    upstream.transcriptions.script(Words(""))
    async with server.connect("/ada") as client:
        await client.say("long story")
        await hold.reached.wait()
        await client.send_json({"type": "audio", "data": WAV, "format": "wav"})
        heard = await client.until("transcription_error", code="no_speech")
        hold.release()
        heard += await client.until("response_complete")
        check_order(client.heard)
    assert heard[-1]["interrupted"] is False
    assert heard[-1]["text"] == LONG


async def test_a_failed_transcription_is_told_and_the_next_turn_works(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.transcriptions.script(Refusal(400, "bad audio"))
    async with server.connect("/ada") as client:
        await client.send_json({"type": "audio", "data": WAV, "format": "wav"})
        failed = (await client.until("transcription_error"))[-1]
        assert failed["code"] in ("no_transcription", "bad_audio")
        assert (await client.turn("and now?"))[-1]["interrupted"] is False


@pytest.mark.parametrize("trouble", ["fail", "cut"])
async def test_a_failing_model_completes_its_response(house: OpenHouse, upstream: Upstream, trouble: str) -> None:
    server = await house(SPECS)
    upstream.chat.default = by_request
    async with server.connect("/ada") as client:
        heard = await client.turn(trouble)
        assert [message["code"] for message in heard if message["type"] == "stream_error"] == ["model_error"]
        assert heard[-1]["type"] == "response_complete"
        heard = await client.turn("again")
        assert heard[-1]["text"] == "It is so. That is all."
        check_order(client.heard)


async def test_a_chunk_without_speech_is_skipped_with_a_warning(house: OpenHouse, upstream: Upstream) -> None:
    server = await house({**SPECS, "ada": VOICE.replace("format: pcm", "format: pcm, max_retries: 0")})
    upstream.speech.default = lambda request: Refusal(400, "No.") if "Five" in request.body["input"] else Speech()
    upstream.chat.default = by_request
    async with server.connect("/ada") as client:
        heard = await client.turn("long story")
        check_order(client.heard)
    assert [message["code"] for message in heard if message["type"] == "warning"] == ["speech_failed"]
    spoken = [message["text"] for message in heard if message["type"] == "audio_chunk" and message["part"] == 1]
    assert spoken == [sentence for sentence in sentences(LONG) if "Five" not in sentence]


def sentences(text: str) -> list[str]:
    return [sentence.strip() + "." for sentence in text.split(".") if sentence.strip()]


async def test_audio_is_in_text_order_however_synthesis_finishes(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    hold = Hold()
    upstream.speech.default = lambda request: Speech(at={0: hold}) if "One" in request.body["input"] else Speech()
    upstream.chat.default = by_request
    async with server.connect("/ada") as client:
        await client.say("long story")
        await upstream.speech.wait(completed=2)
        assert "audio_chunk" not in kinds(await client.until("stream_finish"))
        hold.release()
        heard = await client.until("response_complete")
        check_order(client.heard)
    spoken = [message["text"] for message in heard if message["type"] == "audio_chunk" and message["part"] == 1]
    assert spoken == sentences(LONG)


async def test_audio_is_forwarded_before_the_upstream_has_finished(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    hold = Hold()
    upstream.speech.script(Speech(at={1: hold}))
    upstream.chat.script(Chat("It is so."))
    async with server.connect("/ada") as client:
        await client.say("Hi")
        first = (await client.until("audio_chunk"))[-1]
        assert not first["final"]
        assert upstream.speech.in_flight == 1
        assert len(base64.b64decode(first["data"])) > 100
        hold.release()
        assert (await client.until("response_complete"))[-2]["type"] == "speech_stream_end"


async def test_text_is_forwarded_before_the_model_has_finished(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    hold = Hold()
    upstream.chat.script(Chat("It is so.", at={2: hold}))
    async with server.connect("/ada") as client:
        await client.say("Hi")
        await client.until("text_delta", text="It")
        assert upstream.chat.in_flight == 1
        hold.release()
        await client.until("response_complete")


async def test_a_first_message_is_spoken_without_a_step(house: OpenHouse, upstream: Upstream) -> None:
    server = await house({**SPECS, "ada": VOICE + "first_message: Welcome, {{ weekday }} guest.\n"})
    async with server.connect("/ada") as client:
        heard = await client.until("response_complete")
        check_order(client.heard)
        assert "step_start" not in kinds(heard)
        assert "audio_chunk" in kinds(heard)
        assert heard[-1]["text"].startswith("Welcome, ")
        assert not upstream.chat.requests
        await client.turn("Hi")
    roles = [message["role"] for message in upstream.chat.requests[-1].body["messages"]]
    assert roles == ["system", "assistant", "user"]


async def test_a_tool_result_that_comes_late_changes_nothing(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    upstream.chat.default = by_request
    async with server.connect("/ada") as client:
        await client.say("slow tool")
        await client.until("tool_call")
        await client.send_json({"type": "interrupt"})
        interrupted = await client.until("response_complete")
        assert kinds(interrupted) == ["speech_interrupted", "response_complete"]
        heard = await client.turn("again")
        check_order(client.heard)
    assert heard[-1]["text"] == "It is so. That is all."
    sent = upstream.chat.requests[-1].body["messages"]
    assert [message["role"] for message in sent] == ["system", "user", "assistant", "tool", "user"]
    assert "Interrupted" in sent[3]["content"]


async def test_the_conversation_can_be_cleared(house: OpenHouse, upstream: Upstream) -> None:
    server = await house(SPECS)
    async with server.connect("/bob") as client:
        await client.turn("Remember me")
        await client.send_json({"type": "clear_history"})
        assert (await client.hear()) == {"type": "history_cleared", "removedCount": 2, "reason": "client_request"}
        await client.turn("Who am I?")
    assert [message["content"] for message in upstream.chat.requests[-1].body["messages"][1:]] == ["Who am I?"]


# -- any interleaving

says = st.sampled_from(["tool a", "tools b", "slow c", "fail d", "cut e", "long f", "think g", "plain h"])
actions = st.lists(
    st.one_of(
        st.tuples(st.just("say"), says),
        st.tuples(st.just("audio"), says | st.just("")),
        st.tuples(st.just("hear"), st.integers(1, 40)),
        st.tuples(st.sampled_from(["interrupt", "clear", "ping", "junk", "playback"]), st.none()),
    ),
    max_size=12,
)


async def act(client: Client, upstream: Upstream, action: str, value: Any) -> None:
    match action:
        case "say":
            await client.say(value)
        case "audio":
            upstream.transcriptions.script(Words(value))
            await client.send_json({"type": "audio", "data": WAV, "format": "wav"})
        case "hear":
            await client.hear_some(value)
        case "interrupt":
            await client.send_json({"type": "interrupt", "reason": "user_speaking"})
        case "playback":
            latest = next((heard["messageId"] for heard in reversed(client.heard) if "messageId" in heard), "none")
            await client.send_json({"type": "playback", "messageId": latest, "playedMs": 40})
        case "clear":
            await client.send_json({"type": "clear_history"})
        case "ping":
            await client.send_json({"type": "ping"})
        case _:
            await client.send_json({"type": "junk"})


@pytest.mark.timeout(120)
@given(script=actions, path=st.sampled_from(["/ada", "/bob"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_interleaving_breaks_the_order(house: OpenHouse, upstream: Upstream, script: Any, path: str) -> None:
    server = await house(SPECS)
    upstream.chat.default = by_request
    async with server.connect(path) as client:
        for action, value in script:
            await act(client, upstream, action, value)
        await client.say("plain end")
        last = await finish(client)
        await client.silence()
        check_order(
            [{"type": "session_init"}, *client.heard] if client.heard[0]["type"] != "session_init" else client.heard
        )
    assert last["text"] == "It is so. That is all."
    await upstream.chat.wait(in_flight=0)
    await upstream.speech.wait(in_flight=0)


async def finish(client: Client) -> Heard:
    """The completion of the answer to the newest input: the only one that nothing interrupts."""
    while True:
        last = (await client.until("response_complete"))[-1]
        final = not last["interrupted"] and last["text"] == "It is so. That is all."
        if final and not await client.hear_some(1, patience=0.05):
            return last
