from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from runtime.audio.parts import Part
from runtime.conversation.effects import ResumeSynthesis, StopSynthesis, Synthesize
from runtime.conversation.speech import STORED_BYTES, STORED_IN_ALL, Lost, Order, Sound, SpeechQueue


def part(data: bytes = b"x") -> Part:
    return Part(data, 10.0)


def sounds(orders: list[Order]) -> list[tuple[str, int, bool]]:
    return [(order.text, order.part, order.final) for order in orders if isinstance(order, Sound)]


def test_the_head_passes_through_and_later_pieces_wait() -> None:
    queue = SpeechQueue("m", 2)
    assert queue.say(["a", "b", "c"], None, 1) == [Synthesize("m", 1, "a"), Synthesize("m", 2, "b")]
    assert sounds(queue.audio(2, part())) == []
    assert sounds(queue.audio(1, part())) == [("a", 1, False)]
    orders = queue.finished(1, part())
    assert sounds(orders) == [("a", 2, True), ("b", 1, False)]
    assert Synthesize("m", 3, "c") in orders
    assert sounds(queue.finished(3, part())) == []
    assert sounds(queue.finished(2, part())) == [("b", 2, True), ("c", 1, True)]
    assert queue.idle


def test_a_piece_that_failed_is_passed_over() -> None:
    queue = SpeechQueue("m", 3)
    queue.say(["a", "b"], None, 1)
    queue.finished(2, part())
    assert sounds(queue.finished(1, None)) == [("b", 1, True)]
    assert queue.idle


def test_a_guess_that_comes_true_has_already_begun() -> None:
    queue = SpeechQueue("m", 2)
    assert queue.say([], "a", 1) == [Synthesize("m", 1, "a")]
    assert queue.audio(1, part()) == []
    assert sounds(queue.say(["a"], None, 1)) == [("a", 1, False)]
    assert sounds(queue.finished(1, part())) == [("a", 2, True)]


def test_a_guess_that_finished_before_it_was_confirmed_is_spoken_whole() -> None:
    queue = SpeechQueue("m", 2)
    queue.say([], "a", 1)
    assert queue.finished(1, part()) == []
    assert sounds(queue.say(["a"], None, 1)) == [("a", 1, True)]
    assert queue.idle


def test_a_wrong_guess_is_stopped_and_never_heard() -> None:
    queue = SpeechQueue("m", 2)
    queue.say([], "see example.", 1)
    queue.audio(1, part())
    assert queue.say([], None, 1) == [StopSynthesis("m", 1)]
    assert queue.say(["see example.com"], None, 1) == [Synthesize("m", 2, "see example.com")]
    assert queue.audio(1, part()) == []
    assert queue.finished(1, part()) == []


def test_a_guess_that_changes_is_begun_anew() -> None:
    queue = SpeechQueue("m", 2)
    queue.say([], "really?", 1)
    assert queue.say([], "really?!", 1) == [StopSynthesis("m", 1), Synthesize("m", 2, "really?!")]


def test_a_guess_needs_room_in_the_window() -> None:
    queue = SpeechQueue("m", 1)
    queue.say(["a"], None, 1)
    assert queue.say([], "b", 1) == []
    queue.finished(1, part())
    assert queue.say([], "b", 1) == [Synthesize("m", 2, "b")]
    assert queue.say(["c"], None, 1) == [StopSynthesis("m", 2), Synthesize("m", 3, "c")]


def test_a_later_piece_that_stores_too_much_waits_until_it_is_on_air() -> None:
    queue = SpeechQueue("m", 2)
    queue.say(["a", "b"], None, 1)
    queue.audio(2, part(bytes(STORED_BYTES)))
    assert not queue.must_wait(2)
    queue.audio(2, part())
    assert queue.must_wait(2)
    assert not queue.must_wait(1)
    assert ResumeSynthesis("m", 2) in queue.finished(1, part())
    assert not queue.must_wait(2)


def test_a_slow_head_holds_back_what_comes_after_it() -> None:
    queue = SpeechQueue("m", 2)
    queue.say(["a", "b", "c"], None, 1)
    queue.audio(2, part(bytes(STORED_IN_ALL)))
    assert not any(isinstance(order, Synthesize) for order in queue.finished(2, part()))
    assert Synthesize("m", 3, "c") in queue.finished(1, part())


def test_a_long_answer_in_one_piece_takes_linear_work() -> None:
    queue = SpeechQueue("m", 3)
    queue.say([str(number) for number in range(20_000)], None, 1)
    for key in range(1, 20_001):
        queue.finished(key, part())
    assert queue.idle


class AnyInterleaving(RuleBasedStateMachine):
    """However syntheses begin, advance, fail and finish, the audio is that of the text in order."""

    def __init__(self) -> None:
        super().__init__()
        self.window = 2
        self.queue = SpeechQueue("m", self.window)
        self.said: list[str] = []
        self.texts: dict[int, str] = {}
        self.live: dict[int, list[int]] = {}
        self.made: dict[str, list[int]] = {}
        self.heard: list[tuple[str, int]] = []
        self.guess: str | None = None
        self.count = 0

    def take(self, orders: list[Order]) -> None:
        for order in orders:
            match order:
                case Synthesize(_, key, text):
                    self.texts[key] = text
                    self.live[key] = []
                case StopSynthesis(_, key):
                    assert self.texts[key] not in self.said
                    self.live.pop(key, None)
                case Sound(_, text, _, _, _, audio):
                    self.heard.append((text, int(audio.data)))
                case ResumeSynthesis() | Lost():
                    pass

    def fresh(self) -> str:
        self.count += 1
        return f"t{self.count}"

    @rule(guess=st.booleans())
    def decide(self, guess: bool) -> None:
        text = self.guess or self.fresh()
        self.said.append(text)
        self.guess = self.fresh() if guess else None
        self.take(self.queue.say([text], self.guess, 1))

    @rule(guess=st.booleans())
    def suppose(self, guess: bool) -> None:
        self.guess = self.fresh() if guess else None
        self.take(self.queue.say([], self.guess, 1))

    @precondition(lambda self: self.live)
    @rule(data=st.data(), last=st.booleans(), silent=st.booleans())
    def advance(self, data: st.DataObject, last: bool, silent: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.live)))
        number = len(self.live[key])
        sound = None if silent and last else Part(str(number).encode(), 1.0)
        if sound is not None:
            self.live[key].append(number)
        made = self.live[key]
        self.made[self.texts[key]] = made
        if last:
            del self.live[key]
            self.take(self.queue.finished(key, sound))
        elif sound is not None:
            self.take(self.queue.audio(key, sound))

    @invariant()
    def never_more_than_the_window_is_in_synthesis(self) -> None:
        assert len(self.live) <= self.window

    @invariant()
    def what_was_heard_is_a_prefix_of_what_was_said(self) -> None:
        expected = [(text, number) for text in self.said for number in self.made.get(text, [])]
        assert self.heard == expected[: len(self.heard)]
        if self.queue.idle:
            assert self.heard == expected


AnyInterleaving.TestCase.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
TestAnyInterleaving = AnyInterleaving.TestCase
