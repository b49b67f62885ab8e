from runtime.blueprint.bias import MAX_CHARS, recognizer_prompt
from runtime.chat import ToolDeclaration

PLACE = {"type": "string", "enum": ["sauna", "front_desk"]}
OPEN = ToolDeclaration(
    "hours",
    "",
    {"type": "object", "properties": {"place": PLACE, "guests": {"type": "integer"}, "name": {"type": "string"}}},
    (
        "when (is|does) [the] {place} (open|close)",
        "a table for {guests}",
        "book it for {name}",
        "[please] good (morning|night)",
    ),
)


def test_examples_become_sentences_and_the_authors_words_come_last() -> None:
    assert recognizer_prompt([OPEN], "Hotel Aurora.") == (
        "sauna, front desk. When is sauna open. A table for 2. Good morning. Hotel Aurora."
    )


def test_values_of_a_type_with_null_are_known_too() -> None:
    place = {"anyOf": [PLACE, {"type": "null"}]}
    tool = ToolDeclaration("hours", "", {"type": "object", "properties": {"place": place}}, ("open the {place}",))
    assert recognizer_prompt([tool], "") == "sauna, front desk. Open the sauna."


def test_without_tools_the_prompt_is_the_authors() -> None:
    assert recognizer_prompt([], "Hotel Aurora.") == "Hotel Aurora."
    assert recognizer_prompt([ToolDeclaration("look", "", {"type": "object"})], "") == ""


def test_the_authors_words_are_never_cut() -> None:
    many = [ToolDeclaration("t", "", {"type": "object"}, tuple(f"sentence number {n}" for n in range(500)))]
    own = "x" * 1000
    prompt = recognizer_prompt(many, own)
    assert prompt.endswith(own)
    assert len(prompt) <= MAX_CHARS + 1 + len(own)


def test_what_is_no_template_does_no_harm() -> None:
    odd = ToolDeclaration("t", "", {"type": "object", "properties": {"a": True}}, ("((((", "{a", "]["))
    assert recognizer_prompt([odd], "Own.").endswith("Own.")
