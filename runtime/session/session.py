"""One connection: frames in, effects performed, news fed back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from itertools import count

from runtime.audio.containers import container_of
from runtime.blueprint.model import Blueprint, Opening
from runtime.conversation.conversation import Conversation
from runtime.conversation.effects import (
    CallModel,
    Effect,
    EndSession,
    HangUp,
    Order,
    ResumeSynthesis,
    RunTool,
    StopResponse,
    StopSynthesis,
    Synthesize,
    WakeUp,
)
from runtime.errors import ClientError
from runtime.events import AudioOutput, Failed, Ponged, SessionOpened
from runtime.session.calls import ToolCalls
from runtime.session.clock import now_ms
from runtime.session.outlet import Outlet
from runtime.session.tasks import Tasks
from runtime.session.work import Work
from runtime.wire.messages import Audio, ClearHistory, ClientMessage, Interrupt, Ping, Playback, Transcript
from runtime.wire.native import decode

PCM_SAMPLE_RATE = 16_000
"""Of raw PCM whose client does not say."""


class Session:
    """A fresh agent for one client.

    `receive` and every report of a task run to their end without waiting, so effects are performed in the order
    they were decided, and no two facts are ever half-digested at once.
    """

    __slots__ = (
        "__weakref__",
        "_blueprint",
        "_conversation",
        "_greeting",
        "_outlet",
        "_tasks",
        "_tools",
        "_work",
        "id",
    )

    def __init__(
        self, session_id: str, blueprint: Blueprint, opening: Opening, outlet: Outlet, group: asyncio.TaskGroup
    ) -> None:
        self.id = session_id
        self._blueprint = blueprint
        self._greeting = opening.greeting
        self._outlet = outlet
        self._conversation = Conversation(blueprint.plan, _message_ids(session_id))
        self._tasks = Tasks(group)
        self._work = Work(blueprint, opening.instructions, self._conversation, self.perform, outlet, self._tasks)
        self._tools = ToolCalls(blueprint, opening, self._conversation, self.perform, self._tasks)

    @property
    def state(self) -> str:
        """listening, hearing, thinking or speaking."""
        return self._conversation.state

    def open(self, generation: int) -> None:
        """Greet the client."""
        blueprint, voice = self._blueprint, self._blueprint.voice
        audio = None if voice is None else AudioOutput(voice.format, voice.sample_rate)
        self._outlet.send(SessionOpened(self.id, blueprint.name, generation, blueprint.digest, audio))
        self.perform(self._conversation.open(self._greeting, now_ms()))

    def close(self) -> None:
        """The client is gone: stop all work, but for what must not be left half done."""
        self._tools.close()
        self._work.stop_all()

    # -- what the client says

    def receive(self, frame: bytes | str) -> None:
        """Take one text frame. A bad one is answered with an error and changes nothing."""
        try:
            self._hear(decode(frame, max_audio_bytes=self._blueprint.max_audio_bytes))
        except ClientError as error:
            self.refuse(error)

    def refuse(self, error: ClientError) -> None:
        """Tell the client what cannot be accepted."""
        self._outlet.send(Failed(error.code, str(error)))

    def _hear(self, message: ClientMessage) -> None:
        conversation, now = self._conversation, now_ms()
        match message:
            case Transcript(text):
                self.perform(conversation.typed(text, now))
            case Audio():
                self._hear_audio(message)
            case Interrupt(reason, playback):
                if playback is not None:
                    conversation.played(playback.message_id, playback.played_ms, now)
                self.perform(conversation.interrupt(reason, now))
            case Playback(message_id, played_ms):
                conversation.played(message_id, played_ms, now)
            case ClearHistory():
                self.perform(conversation.clear())
            case Ping(identifier):
                self._outlet.send(Ponged(identifier))

    def _hear_audio(self, audio: Audio) -> None:
        if self._blueprint.recognizer is None:
            raise ClientError("no_transcription", "This agent reads text and does not listen to audio.")
        container = container_of(audio.data, audio.format)
        ticket = self._conversation.utterance(now_ms())
        if isinstance(ticket, Failed):
            self._outlet.send(ticket)
        else:
            rate = audio.sample_rate or (PCM_SAMPLE_RATE if container == "pcm" else None)
            self._work.transcribe(ticket, audio.data, container, rate)

    # -- effects

    def perform(self, effects: Iterable[Effect]) -> None:
        """Do what was decided, in order."""
        for effect in effects:
            if isinstance(effect, Order):
                self._do(effect)
            else:
                self._outlet.send(effect)

    def _do(self, order: Order) -> None:
        work, tools = self._work, self._tools
        match order:
            case CallModel():
                work.call_model(order)
            case RunTool():
                tools.run(order)
            case WakeUp():
                tools.wake_up(order)
            case Synthesize():
                work.synthesize(order)
            case StopSynthesis(message_id, key):
                work.stop_synthesis(message_id, key)
            case ResumeSynthesis(message_id, key):
                work.resume_synthesis(message_id, key)
            case StopResponse(message_id, keep):
                work.stop_response(message_id, tools.stop(message_id, keep))
            case HangUp():
                work.hang_up(order)
            case EndSession():
                work.end_session()
            case _:
                raise AssertionError(f"nobody does {order}")


def _message_ids(session_id: str) -> Callable[[], str]:
    numbers = count(1)
    prefix = session_id.removeprefix("ses_")
    return lambda: f"msg_{prefix}_{next(numbers)}"
