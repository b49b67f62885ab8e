from __future__ import annotations

import pytest

from runtime.providers.local.scripted.intents import Intent, intent
from runtime.providers.local.scripted.words import utterance


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Lovely, thank you, have a good evening, goodbye.", Intent.GOODBYE),
        ("ok thats all i needed bye bye", Intent.GOODBYE),
        ("Right, I'm hanging up now, cheers.", Intent.GOODBYE),
        ("No, nothing else. Talk to you later.", Intent.GOODBYE),
        ("No, that's it, thanks.", Intent.GOODBYE),
        ("That's it.", Intent.YES),
        ("Thanks a lot, Ada!", Intent.THANKS),
        ("I have to go to the gym", None),
        ("please hang up my coat", None),
        ("take care of the plants", None),
        ("goodbye is a word that nobody in this house likes to hear", None),
    ],
)
def test_a_farewell_is_one_as_a_whole(said: str, meant: Intent | None) -> None:
    assert intent(utterance(said)) is meant
