"""An utterance being read for arguments: which of its words are still free."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from runtime.providers.local.scripted.vocabulary import TAILS
from runtime.providers.local.scripted.words import Utterance

_TAILS = tuple(tuple(tail.split()) for tail in TAILS.split("|"))


@dataclass(slots=True)
class Sheet:
    """`taken` holds the places of words that a slot has used, so that no word counts twice."""

    said: Utterance
    taken: set[int] = field(default_factory=set[int])

    def take(self, first: int, last: int) -> None:
        """Use up the words from `first` up to but not including `last`."""
        self.taken.update(range(first, last))

    def free(self, first: int, last: int) -> bool:
        """Whether all words of the range exist and none is taken."""
        return 0 <= first < last <= len(self.said.words) and self.taken.isdisjoint(range(first, last))

    def phrase(self, first: int, stops: Collection[str] = (), most: int = 60) -> tuple[int, int]:
        """The range that begins at `first` and ends before a taken word, a word of `stops` or polite words."""
        keys = self.said.keys
        last = first
        while last < len(keys) and last not in self.taken and last - first < most:
            if keys[last] in stops and last > first:
                break
            last += 1
        return first, self.trimmed(first, last)

    def trimmed(self, first: int, last: int) -> int:
        """`last` without polite words at the end."""
        keys = self.said.keys
        while True:
            for tail in _TAILS:
                if last - len(tail) > first and tuple(keys[last - len(tail) : last]) == tail:
                    last -= len(tail)
                    break
            else:
                return last

    def after(self, cues: Iterable[str]) -> Iterable[tuple[str, int]]:
        """A cue, which may be several words, and the place of the free word that follows it; cues in their order."""
        keys = self.said.keys
        for cue in cues:
            words = cue.split()
            for at in range(len(keys) - len(words)):
                if keys[at : at + len(words)] == words and self.free(at, at + len(words) + 1):
                    yield cue, at + len(words)
