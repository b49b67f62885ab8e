"""Whether there is speech in a recording at all.

The decoder finds words in everything: asked about a quiet room or a fan, it answers "the". So a recording is decoded
only where it is loud enough somewhere, for as long as a syllable, and rises and falls as speech does.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

_FRAME = 320  # samples: 20 ms at 16 kHz
_FULL_SCALE = 32_768.0
_QUIET_DBFS = -50.0
_SYLLABLE = 4  # frames: 80 ms
# Between loud and soft frames: steady noise, hum and tones stay within 3 dB, speech spans 15 and more.
_LEAST_SWING_DB = 6.0


def has_speech(samples: NDArray[np.int16]) -> bool:
    """Whether `samples`, mono at 16 kHz, may hold speech."""
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME).astype(np.float64)
    if len(frames) < _SYLLABLE:
        return False
    power = np.mean((frames - frames.mean()) ** 2, axis=1) / _FULL_SCALE**2
    levels = 10 * np.log10(power + 1e-12)
    loud = float(sliding_window_view(levels, _SYLLABLE).min(axis=1).max())  # clicks are short
    soft = float(np.quantile(levels, 0.1))
    return loud > _QUIET_DBFS and loud - soft > _LEAST_SWING_DB
