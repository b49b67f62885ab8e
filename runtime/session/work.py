"""What a session is busy with: model calls, syntheses and transcriptions, each a task of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from functools import partial

from runtime.audio.parts import Part, cutter
from runtime.blueprint.model import Blueprint
from runtime.conversation.conversation import Conversation
from runtime.conversation.effects import CallModel, Effect, HangUp, Synthesize
from runtime.conversation.response import Response
from runtime.errors import ProviderError
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
from runtime.session.clock import QuietTimer, now_ms, pause
from runtime.session.outlet import Outlet
from runtime.session.presentable import presentable
from runtime.session.tasks import Tasks

_log = logging.getLogger("runtime.session")
DEFECT = "Something went wrong on the server."


class Work:
    """The work of one session, each piece reporting its news to the running response.

    A response that is over gets no news. What a provider may raise is reported as that response's failure; so is a
    defect, which is logged in full: it must not take the rest of the session with it.
    """

    __slots__ = ("_blueprint", "_conversation", "_instructions", "_on_air", "_outlet", "_perform", "_quiet", "_tasks")

    def __init__(
        self,
        blueprint: Blueprint,
        instructions: str,
        conversation: Conversation,
        perform: Callable[[list[Effect]], None],
        outlet: Outlet,
        tasks: Tasks,
    ) -> None:
        self._blueprint = blueprint
        self._instructions = instructions
        self._conversation = conversation
        self._perform = perform
        self._outlet = outlet
        self._tasks = tasks
        self._on_air: dict[tuple[str, int], asyncio.Event] = {}
        self._quiet: QuietTimer | None = None

    # -- starting and stopping

    def call_model(self, order: CallModel) -> None:
        """Stream one answer."""
        self._tasks.start((order.message_id, "model", order.step), self._stream_model(order))

    def hang_up(self, order: HangUp) -> None:
        """End the session when its last words were played."""
        self._tasks.start(("", "hang-up", order.message_id), self._wait_to_hang_up(order))

    def end_session(self) -> None:
        """The agent has hung up."""
        self._tasks.start(("", "goodbye", ""), self._outlet.close("The agent has ended the conversation"))

    def synthesize(self, order: Synthesize) -> None:
        """Turn one chunk into sound."""
        self._tasks.start((order.message_id, "speech", order.key), self._stream_speech(order))

    def transcribe(self, ticket: int, audio: bytes, container: str, sample_rate: int | None) -> None:
        """Understand one utterance."""
        self._tasks.start(("", "transcription", ticket), self._await_words(ticket, audio, container, sample_rate))

    def stop_synthesis(self, message_id: str, key: int) -> None:
        """This sound is not wanted."""
        self._tasks.cancel((message_id, "speech", key))

    def resume_synthesis(self, message_id: str, key: int) -> None:
        """This sound is on air, so it need not wait any more."""
        waiting = self._on_air.get((message_id, key))
        if waiting is not None:
            waiting.set()

    def stop_response(self, message_id: str, keep: frozenset[str]) -> None:
        """Stop everything that works for this response, but for the tool calls in `keep`."""
        self._stop_quiet()
        self._tasks.cancel_for(message_id, keep=frozenset((message_id, "tool", call_id) for call_id in keep))

    def stop_all(self) -> None:
        """The session is over."""
        self._stop_quiet()
        self._tasks.cancel_all()

    def _report(self, effects: list[Effect]) -> None:
        self._perform(self._conversation.settle(effects))

    def _note(self, error: ProviderError) -> None:
        """A provider's own words are for the operator: they may hold its paths and addresses."""
        _log.warning("agent %s: %s%s", self._blueprint.name, error, f" ({error.detail})" if error.detail else "")

    # -- the model

    async def _stream_model(self, order: CallModel) -> None:
        blueprint = self._blueprint
        running = self._conversation.running
        asking = running(order.message_id)
        if asking is None:
            return
        request = ModelRequest(self._instructions, asking.prompt, blueprint.declarations, order.may_call_tools)
        try:
            async with aclosing(blueprint.model.stream(request)) as pieces:
                async for piece in pieces:
                    response = running(order.message_id)
                    if response is None:
                        return
                    self._take(piece, response)
        except ProviderError as error:
            self._note(error)
            self._model_failed(order, error.code, str(error))
        except Exception:  # noqa: BLE001 - a defect ends this piece of work, not the session; it is logged in full
            _log.exception("a model call broke")
            self._model_failed(order, "internal", DEFECT)

    def _model_failed(self, order: CallModel, code: str, message: str) -> None:
        self._stop_quiet()
        response = self._conversation.running(order.message_id)
        if response is not None:
            self._report(response.model_failed(code, message, now_ms()))

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

    # -- the end of the session

    async def _wait_to_hang_up(self, order: HangUp) -> None:
        await pause(order.after_ms)
        self._perform(self._conversation.hang_up(order.message_id, now_ms()))

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
            self._note(error)
            failure = str(error)
        except Exception:  # noqa: BLE001 - a defect ends this piece of work, not the session; it is logged in full
            _log.exception("a synthesis broke")
            failure = DEFECT
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
        if response is None or not response.must_wait(order.key):
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
            self._note(error)
            words = TranscriptionFailed(error.code, str(error))
        except Exception:  # noqa: BLE001 - a defect ends this piece of work, not the session; it is logged in full
            _log.exception("a transcription broke")
            words = TranscriptionFailed("internal", DEFECT)
        else:
            text = presentable(transcript.text).strip()
            if text:
                words = TranscriptionReady(text, transcript.language)
            else:
                words = TranscriptionFailed("no_speech", "No speech was recognised in the audio.")
        self._perform(self._conversation.transcribed(ticket, words, now_ms()))
