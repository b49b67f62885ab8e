"""pocketsphinx: from samples to English words. Runs in the recogniser's process only.

One decoder listens up to three times: for a sentence of the grammar, for any sentence (the open language model), and
for mere sounds (phones). A grammar finds one of its sentences in everything that is said, and the decoder's scores do
not tell; so its sentence counts only where the two other hearings agree with it, and else the open one does.
Source: pocketsphinx 5 API documentation; the thresholds are measured, see `_agree`.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Sequence
from difflib import SequenceMatcher
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runtime.providers.local.grammar import PhraseBook, compile_grammar

pocketsphinx: Any = import_module("pocketsphinx")

_OPEN, _PHONES = "_default", "phones"
_MOST_GRAMMARS = 8
_LEAST_AGREEMENT = 0.4
_NOT_PHONES = frozenset({"SIL", "+NSN+", "+SPN+"})
# For the hearing of phones only: more weight on the sound than on what usually follows what, and narrow beams.
_PHONE_SETTINGS = {"lw": 3.0, "pip": 0.3, "beam": 1e-20, "pbeam": 1e-20}
_PAD = 4_000  # samples: 250 ms at 16 kHz
_FLOOR = 10.0  # -70 dBFS


class Sphinx:
    """The decoder and the grammars it was given of late."""

    def __init__(self) -> None:
        """Load the models, some 0.3 s and 100 MB."""
        # Its log says nothing to people, and would go to the terminal.
        self._decoder: Any = pocketsphinx.Decoder(logfn=os.devnull, loglevel="FATAL")
        self._grammars: OrderedDict[bytes, str] = OrderedDict()
        self._grammars_made = 0
        self._add_phones()

    def recognise(self, samples: NDArray[np.int16], book: bytes) -> str:
        """The words in `samples` (mono, 16 kHz), which should hold speech: see `silence`.

        `book` is a PhraseBook as its `dumps` wrote it, or empty.
        """
        sound = _roomy(samples)
        search = self._grammar(book) if book else ""
        expected = self._hear(sound, search) if search else ""
        heard = self._hear(sound, _OPEN)
        return expected if expected and self._agree(expected, heard, sound) else heard

    def _agree(self, expected: str, heard: str, sound: bytes) -> bool:
        """Whether the grammar's sentence was really said.

        Measured is how like the open sentence it is, and how much better than that one it explains the phones. Of 64
        sentences of a grammar, said by 5 voices, 60 pass; of 80 others that share words with it 7, and of 85 that
        are altogether different none. With likeness alone, at 0.53, it is 52, 13 and none.
        """
        phones = [phone for phone in self._hear(sound, _PHONES).split() if phone not in _NOT_PHONES]
        gain = _likeness(self._phones(expected), phones) - _likeness(self._phones(heard), phones)
        return SequenceMatcher(None, expected, heard).ratio() + gain >= _LEAST_AGREEMENT

    def _hear(self, sound: bytes, search: str) -> str:
        decoder = self._decoder
        decoder.activate_search(search)
        # Nothing of one session's microphone may reach the next: the features begin anew, means, noise and all.
        decoder.reinit_feat(decoder.config)
        decoder.start_utt()
        decoder.process_raw(sound, full_utt=True)
        decoder.end_utt()
        hypothesis = decoder.hyp()
        return hypothesis.hypstr if hypothesis else ""

    def _phones(self, text: str) -> list[str]:
        return [phone for word in text.split() for phone in (self._decoder.lookup_word(word) or "").split()]

    def _grammar(self, book: bytes) -> str:
        """The name of the search for `book`; empty where none of its sentences can be said."""
        if book not in self._grammars:
            self._grammars[book] = self._compiled(book)
        self._grammars.move_to_end(book)
        if len(self._grammars) > _MOST_GRAMMARS:
            _, oldest = self._grammars.popitem(last=False)
            self._decoder.activate_search(_OPEN)  # the active search must not be removed
            if oldest:
                self._decoder.remove_search(oldest)
        return self._grammars[book]

    def _compiled(self, book: bytes) -> str:
        jsgf = compile_grammar(PhraseBook.loads(book), lambda word: self._decoder.lookup_word(word) is not None)
        if not jsgf:
            return ""
        self._grammars_made += 1
        name = f"grammar{self._grammars_made}"
        try:
            self._decoder.add_jsgf_string(name, jsgf)
        except ValueError:  # pocketsphinx gives no reason; without the grammar people are still understood
            return ""
        return name

    def _add_phones(self) -> None:
        # A search takes its settings from the decoder's when it is made.
        config = self._decoder.config
        usual = {name: config[name] for name in _PHONE_SETTINGS}
        for name, value in _PHONE_SETTINGS.items():
            config[name] = value
        self._decoder.add_allphone_file(_PHONES, pocketsphinx.get_model_path("en-us/en-us-phone.lm.bin"))
        for name, value in usual.items():
            config[name] = value


def _roomy(samples: NDArray[np.int16]) -> bytes:
    """`samples` with a quarter of a second around them and the noise of a quiet room all through.

    The models know no digital silence: with this, 54 of 56 sentences of a grammar are found, without it 32.
    """
    floor = np.random.default_rng(0).normal(0.0, _FLOOR, len(samples) + 2 * _PAD)
    floor[_PAD : _PAD + len(samples)] += samples
    return np.clip(floor, -32_768, 32_767).astype("<i2").tobytes()


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """1 for equal sequences, 0 where nothing is shared: one less the edit distance over the greater length."""
    row = list(range(len(other) + 1))
    for count, left in enumerate(one, 1):
        diagonal, row[0] = row[0], count
        for at, right in enumerate(other, 1):
            diagonal, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, diagonal + (left != right))
    return 1 - row[-1] / max(len(one), len(other), 1)
