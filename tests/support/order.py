"""The order that `protocol.md` promises, checked over everything that one client heard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Heard = dict[str, Any]

OF_NO_RESPONSE = {
    "session_init",
    "transcription_result",
    "transcription_error",
    "history_trimmed",
    "history_cleared",
    "warning",
    "error",
    "pong",
}


@dataclass
class _Response:
    """What has been heard of one response so far."""

    id: str
    text: str = ""
    blocks: list[str] = field(default_factory=list[str])
    steps: int = 0
    step_open: bool = False
    calls: dict[str, bool] = field(default_factory=dict[str, bool])
    speaking: str = "not yet"
    spoken: int = 0
    stopped: str = ""
    model_finished: bool = False


def check_order(messages: Sequence[Heard]) -> None:
    """Fail at the first message that breaks a rule."""
    assert messages[0]["type"] == "session_init", "session_init comes first"
    _Checker().run(messages)


class _Checker:
    def __init__(self) -> None:
        self.current: _Response | None = None
        self.closed: set[str] = set()
        self.chunk = (0, 0, True)

    def run(self, messages: Iterable[Heard]) -> None:
        for index, message in enumerate(messages):
            try:
                self.check(message)
            except AssertionError as broken:
                shown = {key: value for key, value in message.items() if key != "data"}
                raise AssertionError(f"message {index}, {shown}: {broken}") from None

    def check(self, message: Heard) -> None:
        kind = message["type"]
        if kind in OF_NO_RESPONSE:
            return
        response_id = message["messageId"]
        assert response_id not in self.closed, "nothing follows response_complete"
        if kind == "stream_start":
            assert self.current is None, "one response at a time"
            self.current = _Response(response_id)
            return
        response = self.current
        assert response is not None, "every response opens with stream_start"
        assert response.id == response_id, "only the running response is heard"
        assert not response.stopped or kind == "response_complete", f"nothing follows {response.stopped}"
        getattr(self, f"on_{kind}")(message, response)

    # -- the model

    def on_step_start(self, message: Heard, response: _Response) -> None:
        response.steps += 1
        assert message["step"] == response.steps, "steps count from 1"
        assert not response.step_open, "steps do not overlap"
        response.step_open = True

    def on_step_finish(self, message: Heard, response: _Response) -> None:
        assert response.step_open, "a step finishes once"
        assert message["step"] == response.steps, "it is the step that began"
        assert {"finishReason", "usage"} <= message.keys()
        assert not response.blocks, "text ends before its step"
        response.step_open = False

    def on_text_start(self, message: Heard, response: _Response) -> None:
        assert not response.blocks, "blocks of text do not overlap"
        response.blocks.append(message["id"])

    on_reasoning_start = on_text_start

    def on_text_delta(self, message: Heard, response: _Response) -> None:
        assert response.blocks == [message["id"]], "text is within its block"
        response.text += message["text"]

    def on_reasoning_delta(self, message: Heard, response: _Response) -> None:
        assert response.blocks == [message["id"]], "reasoning is within its block"

    def on_text_end(self, message: Heard, response: _Response) -> None:
        assert response.blocks == [message["id"]], "the open block ends"
        response.blocks.clear()

    on_reasoning_end = on_text_end

    def on_stream_finish(self, message: Heard, response: _Response) -> None:
        assert not response.model_finished, "the model finishes once"
        assert not response.step_open
        assert all(response.calls.values()), "every call has its result"
        assert message["usage"].keys() == {"inputTokens", "outputTokens", "totalTokens"}
        response.model_finished = True

    def on_stream_error(self, message: Heard, response: _Response) -> None:
        assert message["code"]
        assert message["error"]
        response.model_finished = True

    # -- tools

    def on_tool_input_start(self, _message: Heard, response: _Response) -> None:
        assert response.step_open

    def on_tool_input_delta(self, message: Heard, _response: _Response) -> None:
        assert isinstance(message["delta"], str)

    def on_tool_input_end(self, message: Heard, _response: _Response) -> None:
        assert message["id"]

    def on_tool_call(self, message: Heard, response: _Response) -> None:
        assert message["name"] == message["toolName"], "both spellings"
        assert message["toolCallId"] not in response.calls, "a call is announced once"
        response.calls[message["toolCallId"]] = False

    def on_tool_result(self, message: Heard, response: _Response) -> None:
        assert message["name"] == message["toolName"], "both spellings"
        assert response.calls[message["toolCallId"]] is False, "one result for each call"
        response.calls[message["toolCallId"]] = True

    on_tool_error = on_tool_result

    # -- speech

    def on_speech_stream_start(self, _message: Heard, response: _Response) -> None:
        assert response.speaking == "not yet", "one speech stream for a response"
        response.speaking = "now"

    def on_audio_chunk(self, message: Heard, response: _Response) -> None:
        assert response.speaking == "now", "audio is within the speech stream"
        chunk, part, final = self.chunk
        if message["chunkId"] == chunk:
            assert not final, "nothing follows the final part of a chunk"
            assert message["part"] == part + 1, "parts count up"
        else:
            assert message["chunkId"] == chunk + 1, "chunks are in order, without gaps"
            assert message["part"] == 1, "parts count from 1"
            said = _letters(message["text"])
            place = _letters(response.text).find(said, response.spoken)
            assert place >= 0, "words are read before they are heard, once and in order"
            response.spoken = place + len(said)
        self.chunk = (message["chunkId"], message["part"], message["final"])

    def on_speech_stream_end(self, _message: Heard, response: _Response) -> None:
        assert response.speaking == "now", "a speech stream that began ends once"
        response.speaking = "over"

    # -- endings

    def on_speech_interrupted(self, message: Heard, response: _Response) -> None:
        assert {"reason", "heardText", "heardMs"} <= message.keys()
        assert _letters(message["heardText"]) in _letters(response.text)
        self._stop(message, response)

    def on_stream_abort(self, message: Heard, response: _Response) -> None:
        self._stop(message, response)

    def _stop(self, message: Heard, response: _Response) -> None:
        assert response.speaking != "now", "the speech stream is closed first"
        response.stopped = message["type"]

    def on_response_complete(self, message: Heard, response: _Response) -> None:
        assert response.speaking != "now", "the speech stream is closed first"
        assert message["interrupted"] is bool(response.stopped)
        assert message["text"] == response.text
        if not response.stopped:
            assert response.model_finished, "it is complete after the model"
            assert response.speaking == "not yet" or self.chunk[2], "it is complete after all of its audio"
        else:
            self.chunk = (*self.chunk[:2], True)
        results = [result["toolCallId"] for result in message["toolResults"]]
        assert results == [call["toolCallId"] for call in message["toolCalls"]], "no orphans"
        for result in message["toolResults"]:
            assert result["output"] == result["result"], "both spellings"
        self.closed.add(response.id)
        self.current = None


def _letters(text: str) -> str:
    """What is heard of a text: marks and spaces may differ from what is written."""
    return "".join(filter(str.isalnum, text))
