from hypothesis import given
from hypothesis import strategies as st

from runtime.conversation.inputs import InputLine, Words
from runtime.events import TranscriptionFailed, TranscriptionReady


def said(line: InputLine) -> list[Words]:
    return [each.words for each in line.serve()]


def test_an_input_waits_for_those_before_it() -> None:
    line = InputLine()
    slow = line.join()
    line.join("typed")
    assert said(line) == []
    line.fill(slow, TranscriptionReady("spoken", None))
    assert said(line) == [TranscriptionReady("spoken", None), "typed"]
    assert len(line) == 0


def test_a_failed_input_lets_the_next_pass() -> None:
    line = InputLine()
    first, second = line.join(), line.join()
    line.fill(second, TranscriptionReady("b", None))
    line.fill(first, TranscriptionFailed("no_speech", ""))
    assert said(line) == [TranscriptionFailed("no_speech", ""), TranscriptionReady("b", None)]


def test_an_unknown_ticket_changes_nothing() -> None:
    line = InputLine()
    line.fill(99, "ghost")
    assert said(line) == []


@given(st.permutations(range(6)))
def test_inputs_are_served_in_the_order_they_came_whatever_finishes_first(order: list[int]) -> None:
    line = InputLine()
    tickets = [line.join() for _ in range(6)]
    served = []
    for index in order:
        line.fill(tickets[index], str(index))
        served += said(line)
    assert served == [str(index) for index in range(6)]


def test_an_input_knows_how_many_questions_had_been_heard_when_it_came() -> None:
    line = InputLine()
    line.join("no", questions=1)
    line.join("yes", questions=2)
    assert [each.questions for each in line.serve()] == [1, 2]
