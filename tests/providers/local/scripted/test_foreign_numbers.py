from __future__ import annotations

import pytest

from runtime.providers.local.scripted.foreign_numbers import FOREIGN, foreign
from runtime.providers.local.scripted.numerals import numerals
from runtime.providers.local.scripted.words import utterance


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("vinte e oito", 28),
        ("dezoito", 18),
        ("trinta e duas", 32),
        ("dezesseis", 16),
        ("veintiocho", 28),
        ("treinta y uno", 31),
        ("quatre-vingt-dix-sept", 97),
        ("quatre-vingts", 80),
        ("soixante et onze", 71),
        ("vingt et un", 21),
        ("dix-huit", 18),
        ("einundzwanzig", 21),
        ("achtundneunzig", 98),
        ("dreißig", 30),
    ],
)
def test_a_number_of_several_words_is_one(said: str, value: int) -> None:
    assert [numeral.value for numeral in numerals(utterance(said).keys)] == [value]


def test_every_number_has_its_words() -> None:
    assert {value for value in FOREIGN.values() if value > 1} == set(range(2, 100))


@pytest.mark.parametrize("said", ["once upon a time", "um momento", "un moment"])
def test_a_word_that_means_something_else_is_no_number(said: str) -> None:
    assert [foreign(said.split(), at) for at in range(2)] == [None, None]
