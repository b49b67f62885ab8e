"""Numbers from 1 to 99 in Portuguese, Spanish, French and German, by their folded words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

_PORTUGUESE = (
    "um dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezasseis dezassete dezoito "
    "dezanove"
).split()
_PORTUGUESE_TENS = "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa".split()
_SPANISH = (
    "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidos veintitres veinticuatro veinticinco veintiseis veintisiete "
    "veintiocho veintinueve"
).split()
_SPANISH_TENS = "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
_FRENCH = (
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix_sept dix_huit "
    "dix_neuf"
).split()
_FRENCH_TENS = "vingt trente quarante cinquante soixante".split()
_GERMAN = (
    "eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn "
    "achtzehn neunzehn"
).split()
_GERMAN_TENS = "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig".split()
# Other forms of the same numbers, in Brazil and for what is feminine.
_VARIANTS = {"uma": 1, "duas": 2, "quatorze": 14, "dezesseis": 16, "dezessete": 17, "dezenove": 19}
# English words, or articles.
_NOT_ALONE = frozenset({"um", "uma", "un", "once", "six"})


def _counted(words: Sequence[str]) -> Iterator[tuple[str, int]]:
    return ((word.replace("_", " "), value) for value, word in enumerate(words, 1))


def _composed(tens: Sequence[str], ones: Sequence[str], joint: str) -> Iterator[tuple[str, int]]:
    """Twenty, twenty-one and so on."""
    for ten, word in enumerate(tens, 2):
        yield word, 10 * ten
        for one, unit in enumerate(ones[:9], 1):
            yield f"{word} {joint}{unit}", 10 * ten + one


def _french() -> Iterator[tuple[str, int]]:
    """Up to 69 as elsewhere, then sixty-ten and four-twenties."""
    yield from _composed(_FRENCH_TENS, _FRENCH, "")
    for word in _FRENCH_TENS:
        yield f"{word} et un", 10 * (_FRENCH_TENS.index(word) + 2) + 1
    for base, word in ((60, "soixante"), (80, "quatre vingt")):
        for more, unit in _counted(_FRENCH):
            if base == 80 or unit >= 10:
                yield f"{word} {more}", base + unit
    yield "soixante et onze", 71
    yield "quatre vingts", 80
    yield "quatre vingt", 80


def _german() -> Iterator[tuple[str, int]]:
    for ten, word in enumerate(_GERMAN_TENS, 2):
        yield word, 10 * ten
        for one, unit in enumerate(["ein", *_GERMAN[1:9]], 1):
            yield f"{unit}und{word}", 10 * ten + one


def _table() -> dict[tuple[str, ...], int]:
    found = dict(_VARIANTS)
    for words in (_PORTUGUESE, _SPANISH, _FRENCH, _GERMAN):
        found |= dict(_counted(words))
    found |= dict(_composed(_PORTUGUESE_TENS, [*_PORTUGUESE[:9]], "e ")) | {
        f"{ten} e {form}": 10 * number + value
        for number, ten in enumerate(_PORTUGUESE_TENS, 2)
        for form, value in (("uma", 1), ("duas", 2))
    }
    found |= dict(_composed(_SPANISH_TENS, _SPANISH, "y ")) | dict(_french()) | dict(_german())
    return {tuple(words.split()): value for words, value in found.items() if words not in _NOT_ALONE}


FOREIGN: Mapping[tuple[str, ...], int] = _table()
LONGEST = max(map(len, FOREIGN))


def foreign(keys: Sequence[str], at: int) -> tuple[int, int] | None:
    """The number whose words begin at `at`, the longest that does, and where they end."""
    for size in range(min(LONGEST, len(keys) - at), 0, -1):
        value = FOREIGN.get(tuple(keys[at : at + size]))
        if value is not None:
            return value, at + size
    return None
