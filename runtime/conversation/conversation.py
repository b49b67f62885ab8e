"""Who has the floor: the user's inputs in order, one running response, and the history of what was heard.

listening   nobody speaks
hearing     an utterance is being transcribed, and no response runs
thinking    a response runs and has made no sound
speaking    its sound is going out
"""

from __future__ import annotations

from collections.abc import Callable

from runtime.conversation.dispatch import Run
from runtime.conversation.effects import Effect, Moment
from runtime.conversation.farewell import Farewell
from runtime.conversation.history import History
from runtime.conversation.inputs import Input, InputLine
from runtime.conversation.outcomes import Outcome
from runtime.conversation.plan import Plan
from runtime.conversation.response import Phase, Response
from runtime.conversation.shared import Shared
from runtime.events import Failed, HistoryCleared, HistoryTrimmed, TranscriptionFailed, TranscriptionReady

MAX_WAITING_INPUTS = 16
BARGE_IN = "user_speaking"


class Conversation:
    """The whole talk of one session. Methods take facts and return effects; `now` is in milliseconds.

    `new_id` names responses. News of a response that is over is dropped by asking for it with `running`.
    """

    def __init__(self, plan: Plan, new_id: Callable[[], str]) -> None:
        self.history = History(plan.history)
        self._plan = plan
        self._new_id = new_id
        self._inputs = InputLine()
        self._shared = Shared()
        self._response: Response | None = None
        self._last: Response | None = None
        self._farewell: Farewell | None = None

    @property
    def state(self) -> str:
        """listening, hearing, thinking or speaking."""
        if self._response is None:
            return "hearing" if len(self._inputs) else "listening"
        return "speaking" if self._response.audible else "thinking"

    def running(self, message_id: str) -> Response | None:
        """The running response, if it is this one."""
        response = self._response
        return response if response is not None and response.id == message_id else None

    # -- what the user does

    def open(self, first_message: str, now: float) -> list[Effect]:
        """The session begins; the agent may speak first."""
        if not first_message:
            return []
        response = self._begin(now)
        return self.settle(response.recite(first_message, now))

    def typed(self, text: str, now: float) -> list[Effect]:
        """The user's words, as text: certain speech, so the running response stops at once."""
        if len(self._inputs) >= MAX_WAITING_INPUTS:
            return [_busy()]
        effects = self.interrupt(BARGE_IN, now)
        self._inputs.join(text, questions=self._shared.consent.questions)
        return effects + self._answer(now)

    def utterance(self, now: float) -> int | Failed:
        """The user's words, as sound: takes their place in the order; returns its ticket."""
        if len(self._inputs) >= MAX_WAITING_INPUTS:
            return _busy()
        asking = self._response is not None and self._response.question.is_heard(now)
        return self._inputs.join(questions=self._shared.consent.questions + asking)

    def transcribed(self, ticket: int, words: TranscriptionReady | TranscriptionFailed, now: float) -> list[Effect]:
        """What the utterance of this ticket was. Only recognised words interrupt."""
        self._inputs.fill(ticket, words)
        return self._answer(now)

    def interrupt(self, reason: str, now: float) -> list[Effect]:
        """Stop the running response, if there is one, or note how much of the last one was never played."""
        if self._response is None:
            self._forget_unplayed(now)
            return []
        return self.settle(self._response.interrupt(reason, now))

    def played(self, message_id: str, played_ms: float, now: float) -> None:
        """The client has played so much of a response: the running one, or the last."""
        response = self._response or self._last
        if response is not None and response.id == message_id and response.narration is not None:
            response.narration.heard.report(played_ms, now)

    def clear(self) -> list[Effect]:
        """Forget the conversation, and with it what the running response will have said."""
        removed = self.history.clear()
        self._shared.consent.forget()
        self._last = None
        if self._response is not None:
            self._response.disown()
        return [HistoryCleared(removed, "client_request")]

    # -- what tools do

    def tool_over(self, message_id: str, call_id: str, outcome: Outcome, now: float) -> list[Effect]:
        """A tool has come to its end. The result of one that outlived its response still reaches the history."""
        response, run = self._response, self._shared.ongoing.take(message_id, call_id)
        if run is not None:
            self._remember(run, outcome)
        elif response is not None and response.id == message_id:
            run = response.tools.running(call_id)
        if run is None or response is None:
            return []
        return self.settle(response.run_over(run, outcome, now, floor_taken=self._user_speaks))

    def _remember(self, run: Run, outcome: Outcome) -> None:
        run.end(outcome)
        self.history.amend(run.calls, outcome.result)
        for each in (self._last, self._response):
            if each is not None:
                each.amend(run.calls, outcome.result)

    def phrase_due(self, message_id: str, call_id: str, moment: Moment, now: float) -> list[Effect]:
        """The time of a tool's phrase has come."""
        response = self.running(message_id)
        if response is None:
            return []
        return self.settle(response.asides.due(call_id, moment, now, floor_taken=self._user_speaks))

    def tool_progress(self, message_id: str, call_id: str, text: str, now: float) -> list[Effect]:
        """A running tool tells the user how far it is."""
        response = self.running(message_id)
        if response is None or not text.strip():
            return []
        return self.settle(response.asides.progress(call_id, text.strip(), now, floor_taken=self._user_speaks))

    def hang_up(self, message_id: str, now: float) -> list[Effect]:
        """The last words should have been played: end the session, unless the user has said something since.

        What the user says, and words that a client is late to play, are waited for, the latter for so long.
        """
        farewell = self._farewell
        if self._response is not None or farewell is None or farewell.message_id != message_id:
            return []
        return farewell.ask(now, floor_taken=self._user_speaks)

    # -- inside

    @property
    def _user_speaks(self) -> bool:
        return len(self._inputs) > 0

    def settle(self, effects: list[Effect]) -> list[Effect]:
        """Note whether these effects of the running response closed it."""
        response = self._response
        if response is None or response.phase is not Phase.CLOSED:
            return effects
        self._response, self._last, self._farewell = None, response, response.farewell
        self.history.record(response.left_behind)
        return effects + self._trim()

    def _answer(self, now: float) -> list[Effect]:
        """Serve the inputs whose turn has come; the newest words are answered, all of them remembered."""
        effects: list[Effect] = []
        spoken: Input | None = None
        for each in self._inputs.serve():
            words = each.words
            if not isinstance(words, str):
                effects.append(words)
            if isinstance(words, TranscriptionFailed):
                continue
            if spoken is None:
                effects += self.interrupt(BARGE_IN, now)
            spoken = each
            self.history.hear(words if isinstance(words, str) else words.text)
        if spoken is not None:
            self._shared.consent.user_spoke(spoken.questions)
            effects += self._trim()
            response = self._begin(now)
            effects += self.settle(response.ask(self.history.messages()))
        return effects

    def _begin(self, now: float) -> Response:
        self._last = self._farewell = None
        self._response = Response(self._new_id(), self._plan, self._shared, now=now)
        return self._response

    def _forget_unplayed(self, now: float) -> None:
        """Barge-in on sound that was all sent but, as the client reports, not all played.

        A client that does not report was told that the answer is complete, and has it whole.
        """
        last, self._last = self._last, None
        if last is None or last.narration is None or not last.narration.heard.reported:
            return
        heard = last.narration.heard
        played = heard.heard_ms(now)
        if played < heard.sent_ms:
            words = heard.by_step(played)
            self.history.replace(len(last.left_behind), last.record.as_heard(words))
            last.question.unplayed(words)

    def _trim(self) -> list[Effect]:
        removed = self.history.trim()
        return [HistoryTrimmed(removed, "max_history")] if removed else []


def _busy() -> Failed:
    return Failed("busy", "Too many inputs are waiting to be understood; send the next when one was answered.")
