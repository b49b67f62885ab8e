from hypothesis import given
from hypothesis import strategies as st

from runtime.conversation.inputs import InputLine
from runtime.events import TranscriptionFailed, TranscriptionReady


def test_an_input_waits_for_those_before_it() -> None:
    line = InputLine()
    slow = line.join()
    line.join("typed")
    assert line.serve() == []
    line.fill(slow, TranscriptionReady("spoken", None))
    assert line.serve() == [TranscriptionReady("spoken", None), "typed"]
    assert len(line) == 0


def test_a_failed_input_lets_the_next_pass() -> None:
    line = InputLine()
    first, second = line.join(), line.join()
    line.fill(second, TranscriptionReady("b", None))
    line.fill(first, TranscriptionFailed("no_speech", ""))
    assert line.serve() == [TranscriptionFailed("no_speech", ""), TranscriptionReady("b", None)]


def test_an_unknown_ticket_changes_nothing() -> None:
    line = InputLine()
    line.fill(99, "ghost")
    assert line.serve() == []


@given(st.permutations(range(6)))
def test_inputs_are_served_in_the_order_they_came_whatever_finishes_first(order: list[int]) -> None:
    line = InputLine()
    tickets = [line.join() for _ in range(6)]
    served = []
    for index in order:
        line.fill(tickets[index], str(index))
        served += line.serve()
    assert served == [str(index) for index in range(6)]
