"""What a session is busy with: model calls, tools, syntheses and transcriptions, each a task of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from functools import partial
from typing import Any

from runtime.audio.parts import Part, cutter
from runtime.blueprint.model import Blueprint
from runtime.conversation.conversation import Conversation
from runtime.conversation.effects import CallModel, Effect, RunTool, Synthesize
from runtime.conversation.response import Response
from runtime.errors import ProviderError, ToolError
from runtime.events import TranscriptionFailed, TranscriptionReady
from runtime.providers.ports import (
    ModelDone,
    ModelPiece,
    ModelRequest,
    ReasoningPiece,
    TextPiece,
    ToolCallOpened,
    ToolCallPiece,
)
from runtime.session.clock import QuietTimer, now_ms
from runtime.session.outlet import Outlet

_Key = tuple[str, str, int | str]
"""The response a task works for (empty: none), its kind, and which of that kind it is."""


class Work:
    """The tasks of one session, all under its TaskGroup.

    A task reports its news to the running response and performs what that decides; a response that is over gets no
    news. To stop work is to cancel its task: adapters close their upstream request on the way out.
    """

    __slots__ = (
        "_blueprint",
        "_conversation",
        "_group",
        "_on_air",
        "_outlet",
        "_perform",
        "_quiet",
        "_tasks",
        "instructions",
    )

    def __init__(
        self,
        blueprint: Blueprint,
        conversation: Conversation,
        perform: Callable[[list[Effect]], None],
        outlet: Outlet,
        group: asyncio.TaskGroup,
    ) -> None:
        self.instructions = ""
        self._blueprint = blueprint
        self._conversation = conversation
        self._perform = perform
        self._outlet = outlet
        self._group = group
        self._tasks: dict[_Key, asyncio.Task[None]] = {}
        self._on_air: dict[tuple[str, int], asyncio.Event] = {}
        self._quiet: QuietTimer | None = None

    # -- starting and stopping

    def call_model(self, order: CallModel) -> None:
        """Stream one answer."""
        self._start((order.message_id, "model", order.step), self._stream_model(order))

    def run_tool(self, order: RunTool) -> None:
        """Run one tool."""
        self._start((order.message_id, "tool", order.call.id), self._await_tool(order))

    def synthesize(self, order: Synthesize) -> None:
        """Turn one chunk into sound."""
        self._start((order.message_id, "speech", order.key), self._stream_speech(order))

    def transcribe(self, ticket: int, audio: bytes, container: str, sample_rate: int | None) -> None:
        """Understand one utterance."""
        self._start(("", "transcription", ticket), self._await_words(ticket, audio, container, sample_rate))

    def stop_synthesis(self, message_id: str, key: int) -> None:
        """This sound is not wanted."""
        self._cancel((message_id, "speech", key))

    def resume_synthesis(self, message_id: str, key: int) -> None:
        """This sound is on air, so it need not wait any more."""
        waiting = self._on_air.get((message_id, key))
        if waiting is not None:
            waiting.set()

    def stop_response(self, message_id: str) -> None:
        """Stop everything that works for this response."""
        self._stop_quiet()
        for key in [key for key in self._tasks if key[0] == message_id]:
            self._cancel(key)

    def stop_all(self) -> None:
        """The session is over."""
        self._stop_quiet()
        for key in list(self._tasks):
            self._cancel(key)

    def _start(self, key: _Key, work: Coroutine[Any, Any, None]) -> None:
        task = self._group.create_task(work, name=" ".join(map(str, key[1:])))
        self._tasks[key] = task
        task.add_done_callback(partial(self._ended, key))

    def _ended(self, key: _Key, task: asyncio.Task[None]) -> None:
        if self._tasks.get(key) is task:
            del self._tasks[key]

    def _cancel(self, key: _Key) -> None:
        task = self._tasks.pop(key, None)
        if task is not None:
            task.cancel()

    def _report(self, effects: list[Effect]) -> None:
        self._perform(self._conversation.settle(effects))

    # -- the model

    async def _stream_model(self, order: CallModel) -> None:
        blueprint = self._blueprint
        request = ModelRequest(self.instructions, order.messages, blueprint.declarations, order.may_call_tools)
        running = self._conversation.running
        try:
            async with aclosing(blueprint.model.stream(request)) as pieces:
                async for piece in pieces:
                    response = running(order.message_id)
                    if response is None:
                        return
                    self._take(piece, response)
        except ProviderError as error:
            response = running(order.message_id)
            if response is not None:
                self._report(response.model_failed(error.code, str(error), now_ms()))
        self._stop_quiet()

    def _take(self, piece: ModelPiece, response: Response) -> None:
        now = now_ms()
        match piece:
            case TextPiece(text):
                self._report(response.text(text, now))
                self._watch_for_stall(response, now)
            case ReasoningPiece(text):
                self._report(response.reasoning(text))
            case ToolCallOpened(index, call_id, name):
                self._report(response.call_opened(index, call_id, name, now))
            case ToolCallPiece(index, arguments):
                self._report(response.call_piece(index, arguments))
            case ModelDone(finish_reason, usage):
                self._stop_quiet()
                self._report(response.model_done(finish_reason, usage, now))

    def _watch_for_stall(self, response: Response, now: float) -> None:
        if not response.may_stall:
            return
        if self._quiet is None:
            wait_ms = self._blueprint.plan.chunking.max_wait_ms
            self._quiet = QuietTimer(wait_ms, partial(self._stalled, response.id))
        self._quiet.touch(now)

    def _stalled(self, message_id: str) -> None:
        response = self._conversation.running(message_id)
        if response is not None:
            self._report(response.stalled(now_ms()))

    def _stop_quiet(self) -> None:
        if self._quiet is not None:
            self._quiet.cancel()
            self._quiet = None

    # -- tools

    async def _await_tool(self, order: RunTool) -> None:
        call, started = order.call, now_ms()
        tool = self._blueprint.tools.get(call.name)
        result: Any = None
        failure = ""
        if tool is None:
            known = ", ".join(self._blueprint.tools) or "none"
            failure = f"There is no tool named {call.name!r}. Known: {known}."
        else:
            try:
                result = await tool.call(order.arguments)
            except ToolError as error:
                failure = str(error)
        response = self._conversation.running(order.message_id)
        if response is None:
            return
        if failure:
            self._report(response.tool_failed(call.id, failure))
        else:
            self._report(response.tool_returned(call.id, result, now_ms() - started))

    # -- speech

    async def _stream_speech(self, order: Synthesize) -> None:
        voice = self._blueprint.voice
        assert voice is not None, "only an agent with a voice is asked to speak"
        parts = cutter(voice.format, voice.sample_rate)
        failure = ""
        try:
            async with aclosing(voice.stream(self._blueprint.pronounce(order.text))) as pieces:
                async for data in pieces:
                    part = parts.feed(data)
                    if part is not None and not self._sound(order, part):
                        return
                    await self._pace(order)
        except ProviderError as error:
            failure = str(error)
        last = parts.end()
        if last is None and not failure:
            failure = "The voice made no sound for a part of the answer."
        response = self._conversation.running(order.message_id)
        if response is not None:
            self._report(response.audio_finished(order.key, last, now_ms(), failure))

    def _sound(self, order: Synthesize, part: Part) -> bool:
        response = self._conversation.running(order.message_id)
        if response is None:
            return False
        self._report(response.audio(order.key, part, now_ms()))
        return True

    async def _pace(self, order: Synthesize) -> None:
        """Go no faster than the client reads, nor store more of a later chunk than its bound."""
        await self._outlet.room()
        response = self._conversation.running(order.message_id)
        if response is None or response.narration is None or not response.narration.must_wait(order.key):
            return
        key = (order.message_id, order.key)
        waiting = self._on_air[key] = asyncio.Event()
        try:
            await waiting.wait()
        finally:
            del self._on_air[key]

    # -- hearing

    async def _await_words(self, ticket: int, audio: bytes, container: str, sample_rate: int | None) -> None:
        recognizer = self._blueprint.recognizer
        assert recognizer is not None, "only an agent that listens is given audio"
        words: TranscriptionReady | TranscriptionFailed
        try:
            transcript = await recognizer.transcribe(audio, container, sample_rate)
        except ProviderError as error:
            words = TranscriptionFailed(error.code, str(error))
        else:
            text = transcript.text.strip()
            if text:
                words = TranscriptionReady(text, transcript.language)
            else:
                words = TranscriptionFailed("no_speech", "No speech was recognised in the audio.")
        self._perform(self._conversation.transcribed(ticket, words, now_ms()))
