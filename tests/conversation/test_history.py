from runtime.chat import AssistantMessage, Message, ToolCall, ToolMessage, UserMessage
from runtime.conversation.history import History
from runtime.settings import HistorySettings

CALL = ToolCall("c1", "look", '{"a":1}')
TOOL_ROUND: list[Message] = [AssistantMessage("", (CALL,)), ToolMessage("c1", "1"), AssistantMessage("One.")]


def history(*, messages: int = 0, chars: int = 0) -> History:
    return History(HistorySettings(messages, chars))


def test_messages_keep_their_order() -> None:
    talk = history()
    talk.hear("How many?")
    talk.record(TOOL_ROUND)
    assert talk.messages() == (UserMessage("How many?"), *TOOL_ROUND)


def test_an_agent_may_speak_first() -> None:
    talk = history()
    talk.record([AssistantMessage("Welcome.")])
    talk.hear("Hi")
    assert talk.messages() == (AssistantMessage("Welcome."), UserMessage("Hi"))


def test_a_response_that_left_nothing_behind_adds_nothing() -> None:
    talk = history()
    talk.record([])
    assert talk.messages() == ()


def test_trimming_removes_whole_turns_and_never_the_newest() -> None:
    talk = history(messages=4)
    talk.hear("first")
    talk.record(TOOL_ROUND)
    talk.hear("second")
    talk.record(TOOL_ROUND)
    assert talk.trim() == 4
    assert talk.messages()[0] == UserMessage("second")
    assert talk.trim() == 0


def test_a_turn_larger_than_the_bound_stays_whole() -> None:
    talk = history(messages=2)
    talk.hear("only")
    talk.record(TOOL_ROUND)
    assert talk.trim() == 0
    assert len(talk.messages()) == 4


def test_characters_are_bounded_too() -> None:
    talk = history(chars=12)
    talk.hear("0123456789")
    talk.record([AssistantMessage("abc", (CALL,)), ToolMessage("c1", "result")])
    talk.hear("short")
    assert talk.trim() == 3
    assert talk.messages() == (UserMessage("short"),)


def test_no_bounds_means_nothing_is_forgotten() -> None:
    talk = history()
    for number in range(300):
        talk.hear(str(number))
    assert talk.trim() == 0
    assert talk.clear() == 300
    assert talk.messages() == ()


def test_what_was_not_heard_after_all_is_replaced() -> None:
    talk = history()
    talk.hear("Hi")
    talk.record([AssistantMessage("All of it"), AssistantMessage("and more")])
    talk.replace(2, [AssistantMessage("All", interrupted=True)])
    assert talk.messages() == (UserMessage("Hi"), AssistantMessage("All", interrupted=True))
    talk.replace(1, [])
    assert talk.messages() == (UserMessage("Hi"),)


def test_unsaying_all_of_a_turn_removes_it() -> None:
    talk = history()
    talk.record([AssistantMessage("Welcome")])
    talk.replace(1, [])
    assert talk.messages() == ()
