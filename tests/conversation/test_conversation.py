from dataclasses import replace

from runtime.chat import AssistantMessage, ToolMessage, UserMessage
from runtime.conversation.conversation import MAX_WAITING_INPUTS
from runtime.events import Failed
from runtime.settings import HistorySettings
from tests.support.playbook import WRITING, Playbook


def answer(play: Playbook, text: str = "One two three four.") -> None:
    """A whole spoken answer, all of its sound sent at once."""
    play.text(text)
    play.done()
    play.sound_ends(1)


def test_the_floor_passes_between_user_and_agent() -> None:
    play = Playbook()
    assert play.talk.state == "listening"
    ticket = play.utters()
    assert play.talk.state == "hearing"
    play.understood(ticket, "Hello?")
    assert play.talk.state == "thinking"
    play.text("Good day to you.")
    play.done()
    play.sound(1)
    assert play.talk.state == "speaking"
    play.sound_ends(1)
    assert play.talk.state == "listening"


def test_words_are_told_before_they_are_answered() -> None:
    play = Playbook(WRITING)
    assert play.understood(play.utters(), "Hello?") == [
        "transcription_result Hello?",
        "stream_start",
        "step_start",
        "DO call_model m1 1",
    ]


def test_sound_without_words_changes_nothing_but_is_told() -> None:
    play = Playbook()
    play.says("Tell me.")
    play.text("One two three four.")
    assert play.not_understood(play.utters()) == ["transcription_error no_speech"]
    assert play.talk.running("m1") is not None


def test_recognised_speech_interrupts() -> None:
    play = Playbook()
    play.says("Tell me.")
    lines = play.understood(play.utters(), "Stop, please.")
    assert lines[:4] == ["transcription_result Stop, please.", "DO stop m1", "speech_interrupted ", "response_complete"]
    assert lines[4] == "stream_start"


def test_typed_words_interrupt_at_once_even_behind_an_utterance() -> None:
    play = Playbook()
    play.says("Tell me.")
    ticket = play.utters()
    assert play.says("No, wait.") == ["DO stop m1", "speech_interrupted ", "response_complete"]
    play.understood(ticket, "First of all,")
    assert play.talk.history.messages() == (
        UserMessage("Tell me."),
        UserMessage("First of all,"),
        UserMessage("No, wait."),
    )
    assert len(play.calls) == 2


def test_utterances_are_answered_in_the_order_they_came() -> None:
    play = Playbook(WRITING)
    first, second = play.utters(), play.utters()
    assert play.understood(second, "second") == []
    lines = play.understood(first, "first")
    assert lines[:2] == ["transcription_result first", "transcription_result second"]
    assert play.prompts[-1] == (UserMessage("first"), UserMessage("second"))
    assert len(play.calls) == 1


def test_the_newest_input_wins_and_no_words_are_lost() -> None:
    play = Playbook(WRITING)
    for word in ("one", "two", "three"):
        play.says(word)
    assert [call.message_id for call in play.calls] == ["m1", "m2", "m3"]
    assert play.prompts[-1] == (UserMessage("one"), UserMessage("two"), UserMessage("three"))
    assert play.talk.running("m3") is not None


def test_too_many_waiting_inputs_are_refused() -> None:
    play = Playbook()
    tickets = [play.utters() for _ in range(MAX_WAITING_INPUTS)]
    refused = play.talk.utterance(play.now)
    assert isinstance(refused, Failed)
    assert refused.code == "busy"
    assert play.says("And this?") == ["error busy"]
    play.understood(tickets[0], "one")
    assert play.talk.utterance(play.now) == MAX_WAITING_INPUTS + 1


def test_an_interrupt_of_nothing_says_nothing() -> None:
    assert Playbook().interrupts() == []


def test_a_report_of_playing_cuts_what_counts_as_heard() -> None:
    play = Playbook()
    play.says("Tell me.")
    play.text("One two three four. Five six.")
    play.done()
    play.sound(1, ms=1000.0)
    play.talk.played("m1", 300.0, 900.0)
    play.talk.played("elsewhere", 900.0, 900.0)
    play.now = 900.0
    play.interrupts()
    assert play.events[-2]["heardText"] == "One"


def test_barge_in_after_all_was_sent_forgets_what_was_not_played() -> None:
    play = Playbook()
    play.says("Tell me.")
    answer(play, "One two three four. Five six seven eight.")
    play.sound_ends(2)
    play.talk.played("m1", 50.0, 0.0)
    play.says("Enough.")
    assert play.talk.history.messages() == (
        UserMessage("Tell me."),
        AssistantMessage("One two", interrupted=True),
        UserMessage("Enough."),
    )


def test_a_client_that_does_not_report_playing_is_taken_to_have_heard_what_was_completed() -> None:
    play = Playbook()
    play.says("Tell me.")
    answer(play)
    play.says("Thanks.")
    assert AssistantMessage("One two three four.") in play.talk.history.messages()


def test_an_answer_played_to_its_end_stays_whole() -> None:
    play = Playbook()
    play.says("Tell me.")
    answer(play)
    play.talk.played("m1", 100.0, 0.0)
    play.interrupts()
    assert play.talk.history.messages()[-1] == AssistantMessage("One two three four.")


def test_every_step_that_was_not_played_is_forgotten() -> None:
    play = Playbook()
    play.says("Weather?")
    play.text("Let me look at that now.")
    play.calls_tool("look")
    play.done("tool_calls")
    play.sound_ends(1)
    play.returns(1)
    play.text("It is warm and dry.")
    play.done()
    play.sound_ends(2)
    play.talk.played("m1", 0.0, 0.0)
    play.interrupts()
    _, call, result = play.talk.history.messages()
    assert isinstance(call, AssistantMessage)
    assert (call.text, call.interrupted) == ("", True)
    assert result == ToolMessage("c1", "1")


def test_clearing_during_a_tool_round_keeps_only_what_is_being_answered() -> None:
    play = Playbook(WRITING)
    play.says("The secret word is plum.")
    play.text("Noted.")
    play.done()
    play.says("Weather?")
    play.calls_tool("look")
    play.done("tool_calls")
    play(play.talk.clear())
    play.returns(1)
    assert play.prompts[-1][0] == UserMessage("Weather?")
    assert "plum" not in str(play.prompts[-1])


def test_clearing_forgets_the_past() -> None:
    play = Playbook(WRITING)
    play.says("Hi")
    play.text("Hello")
    play.done()
    assert play(play.talk.clear()) == ["history_cleared"]
    assert play.events[-1]["removedCount"] == 2
    assert play.talk.history.messages() == ()


def test_clearing_forgets_a_running_answer_too() -> None:
    play = Playbook(WRITING)
    play.says("Hi")
    play(play.talk.clear())
    play.text("Hello")
    assert play.done()[-1] == "response_complete"
    assert play.talk.history.messages() == ()
    play.says("Again")
    play.text("Yes?")
    play.done()
    assert play.talk.history.messages() == (UserMessage("Again"), AssistantMessage("Yes?"))


def test_the_oldest_turns_are_trimmed_and_the_client_is_told() -> None:
    play = Playbook(replace(WRITING, history=HistorySettings(max_messages=3)))
    play.says("one")
    play.text("1")
    play.done()
    lines = play.says("two") + play.text("2") + play.done()
    assert lines[-1] == "history_trimmed 2"
    assert play.talk.history.messages() == (UserMessage("two"), AssistantMessage("2"))


def test_a_session_may_open_in_silence() -> None:
    assert Playbook().talk.open("", 0.0) == []


def test_the_first_message_can_be_interrupted_like_any_other() -> None:
    play = Playbook()
    play(play.talk.open("Welcome to the house.", 0.0))
    lines = play.says("Hi")
    assert lines[:3] == ["DO stop m1", "speech_interrupted ", "response_complete"]
    assert lines[3] == "stream_start"
