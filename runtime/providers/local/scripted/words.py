"""An utterance as words that know their place in the text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import accumulate

_WORD = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|(?<!\d)[1-9]\d{0,2}(?:,\d{3})+(?!\d)(?:\.\d+)?"  # 1,299.50
    r"|(?<![\d,])\d+,\d+(?![\d,])"  # 1,5
    r"|(?<![\d/⁄])[1-9][/⁄](?:[2-9]|1[0-6])(?![\d/⁄])"  # 1/2
    r"|\d*[¼-¾⅐-⅞]"  # 1½
    r"|(?<!\w)(?<!\d )[-−](?=[\d¼-¾⅐-⅞])"  # -5
    r"|e-mail|[$€£%]"
    r"|[^\W_]+(?:(?:[.'’:]|-(?=\d))[^\W_]+)*",  # o'clock, 7:30, p.m, AB-742
    re.IGNORECASE,
)
_SYMBOLS = {"$": "dollars", "€": "euros", "£": "pounds", "%": "percent", "-": "minus", "−": "minus"}
_THOUSANDS = r"[1-9]\d{0,2}(?:,\d{3})+"
_DECIMAL = re.compile(rf"(?!{_THOUSANDS}$)(\d+),(\d+)")
_VULGAR = re.compile(r"(\d*)([¼-¾⅐-⅞])")
_CONTRACTED = re.compile(
    r"(?P<not>ca|wo|\w+)n't$"
    r"|(?P<is>what|where|who|when|how|it|that|there|he|she)'s$"
    r"|(?P<am>i)'m$|(?P<would>\w+)'d$|(?P<will>\w+)'ll$|(?P<are>\w+)'re$|(?P<have>\w+)'ve$|(?P<us>let)'s$"
)
_IRREGULAR = {"ca": "can", "wo": "will"}
# As recognisers write them. "Its", "were", "well" and the like are words of their own.
_UNMARKED = {
    **{f"{head}s": (head, "is") for head in "what where who when how that there".split()},
    **{
        f"{head}nt": (_IRREGULAR.get(head, head), "not")
        for head in "do does did is are was have has could would".split()
    },
    "cant": ("can", "not"),
    "wont": ("will", "not"),
    "im": ("i", "am"),
    "ive": ("i", "have"),
    "youre": ("you", "are"),
    "theyre": ("they", "are"),
    "lets": ("let", "us"),
}
_SUFFIXES = (
    ("ations", ""),
    ("ation", ""),
    ("ies", "y"),
    ("ings", ""),
    ("ing", ""),
    ("ed", ""),
    ("es", ""),
    ("s", ""),
    ("e", ""),
)
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


@dataclass(frozen=True, slots=True)
class Word:
    """`key` is the folded form; `start` and `end` are where it stands.

    Both halves of "what's" and of "1½" share one place.
    """

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """`joined` is the keys with a space between them, which patterns are matched against."""

    text: str
    words: tuple[Word, ...]
    joined: str
    offsets: tuple[int, ...]

    @property
    def keys(self) -> list[str]:
        """The folded words."""
        return [word.key for word in self.words]

    def said(self, first: int, last: int) -> str:
        """The text from word `first` up to but not including word `last`, as it was spoken or typed."""
        if first >= last:
            return ""
        return self.text[self.words[first].start : self.words[last - 1].end]

    def spans(self, pattern: re.Pattern[str], group: int | str = 0) -> Iterator[tuple[int, int]]:
        """Word ranges that `pattern` matches in `joined`; patterns begin and end at word boundaries."""
        for match in pattern.finditer(self.joined):
            yield self.range(*match.span(group))

    def range(self, start: int, end: int) -> tuple[int, int]:
        """Word range of a range of characters in `joined`."""
        return bisect_right(self.offsets, start) - 1, bisect_right(self.offsets, end - 1)

    def part(self, first: int, last: int) -> Utterance:
        """The words from `first` up to but not including `last`, as an utterance of their own."""
        return utterance(self.said(first, last))


def fold(text: str) -> str:
    """Lower case without accents, so that "Café" and "cafe" are one word."""
    text = text.casefold()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@lru_cache(maxsize=256)
def utterance(text: str) -> Utterance:
    """Split `text` into words; contractions become two words at one place."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        found += (Word(key, match.start(), match.end()) for key in _keys(match.group()))
    keys = [word.key for word in found]
    offsets = tuple(accumulate((len(key) + 1 for key in keys[:-1]), initial=0)) if keys else ()
    return Utterance(text, tuple(found), " ".join(keys), offsets)


def keys(text: str) -> list[str]:
    """The folded words of `text`."""
    return utterance(text).keys


def name_words(name: str) -> list[str]:
    """Words of an identifier: `get_weather`, `getWeather` and `get-weather` give get, weather."""
    return [part.lower() for part in _CAMEL.findall(name)]


@lru_cache(maxsize=4096)
def stem(key: str) -> str:
    """A crude English stem: enough for "bookings" to meet "book"."""
    if len(key) <= 3 or not key.isalpha() or key.endswith("ss"):
        return key
    for suffix, replacement in _SUFFIXES:
        if key.endswith(suffix) and len(key) - len(suffix) >= 3:
            root = key.removesuffix(suffix) + replacement
            if suffix in {"ing", "ings", "ed"} and len(root) > 3 and root[-1] == root[-2] and root[-1] not in "ls":
                root = root[:-1]
            return root.removesuffix("e") if len(root) > 3 else root
    return key


def alike(one: str, other: str, least: float = 0.82) -> bool:
    """Whether one may be a slip of the recogniser for the other; the cheap tests come first."""
    if one == other:
        return True
    if min(len(one), len(other)) < 4 or one[0] != other[0] or abs(len(one) - len(other)) > 2:
        return False
    return SequenceMatcher(None, one, other).ratio() >= least


def _keys(raw: str) -> tuple[str, ...]:
    if raw in _SYMBOLS:
        return (_SYMBOLS[raw],)
    vulgar = _VULGAR.fullmatch(raw)
    if vulgar:
        return tuple(filter(None, (vulgar[1], fold(vulgar[2]).replace("⁄", "/"))))
    decimal = _DECIMAL.fullmatch(raw)
    if decimal:
        return (f"{decimal[1]}.{decimal[2]}",)
    key = fold(raw).replace("’", "'").replace("⁄", "/")
    if "@" in key:
        return (key,)
    if key in _UNMARKED:
        return _UNMARKED[key]
    contracted = _CONTRACTED.match(key)
    if contracted and contracted.lastgroup:
        head = contracted[contracted.lastgroup]
        return _IRREGULAR.get(head, head), contracted.lastgroup
    if not any(c.isdigit() for c in key):
        key = key.replace(".", "").replace("-", "")
    return (key.replace("'", "").replace(",", ""),)
