"""An utterance that holds two requests, cut at the word that joins them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from runtime.providers.local.scripted.words import Utterance

_JOINT = re.compile(r"\b(?:and (?:then|also|please)|and|then|also|plus)\b")
_MOST = 5


def halves(said: Utterance) -> Iterator[tuple[Utterance, Utterance]]:
    """Both sides of every word that may join two requests, where each side has at least two words."""
    for first, last in islice(said.spans(_JOINT), _MOST):
        if first >= 2 and len(said.words) - last >= 2:
            yield said.part(0, first), said.part(last, len(said.words))
