"""The embedded speech library: espeak-ng, called through ctypes.

espeak-ng is GPL-3.0-or-later. It is never part of Callboard: the package `espeakng-loader` brings it where the
extra `callboard[local]` is installed, and it is loaded on first use only. Who ships an image that holds both must
meet the GPL for the whole.

The library keeps all its state in globals, so one thread at a time may be inside: `synthesis` sees to that.
Source: espeak-ng 1.52, src/include/espeak-ng/speak_lib.h.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from typing import Any, Protocol

from runtime.errors import ProviderError

SAMPLE_RATE = 22_050
USUAL_WORDS_PER_MINUTE = 175
_SLOWEST, _FASTEST = 80, 450

_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS: sound goes to the callback before espeak_Synth returns
_DONT_EXIT = 0x8000  # espeakINITIALIZE_DONT_EXIT: report missing data instead of ending the process
_RATE = 1  # espeakRATE
_BY_CHARACTER = 1  # POS_CHARACTER
_UTF8 = 1  # espeakCHARS_UTF8
_GO_ON, _STOP = 0, 1

_SynthCallback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class PcmSink(Protocol):
    """Takes sound as it is made."""

    def __call__(self, pcm: bytes, /) -> bool:
        """Take some 60 ms of mono 16 bit PCM at `SAMPLE_RATE`; False stops the speech at once."""
        ...


def words_per_minute(speed: float) -> int:
    """The rate for a relative speed, 1.0 being usual, within what the library can do."""
    return min(max(round(USUAL_WORDS_PER_MINUTE * speed), _SLOWEST), _FASTEST)


class Espeak:
    """The loaded library. Use from one thread only, and create once in a process."""

    def __init__(self, data: Path) -> None:
        """Load the library beside `data` and initialise it, some 30 ms.

        Raises ProviderError `speech_failed` where it cannot be loaded.
        """
        try:
            self._library: Any = ctypes.CDLL(str(data.parent / _library_name(sys.platform)))
        except OSError as error:
            raise ProviderError("speech_failed", "The embedded speech library cannot be loaded.") from error
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int,
            ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, str(data.parent).encode(), _DONT_EXIT)
        if rate != SAMPLE_RATE:
            raise ProviderError("speech_failed", "The embedded speech library cannot be started.")
        # The library keeps the pointer, so this object must live as long as it does.
        self._callback = _SynthCallback(self._on_sound)
        self._library.espeak_SetSynthCallback(self._callback)
        self._voice = ""
        self._sink: PcmSink | None = None
        self._failure: Exception | None = None

    def speak(self, text: str, voice: str, rate: int, sink: PcmSink) -> None:
        """Say `text` with the voice `voice` (an identifier) at `rate` words a minute; returns when all is said.

        Raises ProviderError `speech_failed`, or whatever `sink` raised.
        """
        self._use(voice)
        self._library.espeak_SetParameter(_RATE, rate, 0)
        data = text.replace("\0", " ").encode("utf-8", "replace")
        self._sink, self._failure = sink, None
        try:
            status = self._library.espeak_Synth(data, len(data) + 1, 0, _BY_CHARACTER, 0, _UTF8, None, None)
        finally:
            self._sink = None
        if self._failure is not None:
            raise self._failure
        if status:
            raise ProviderError("speech_failed", f"The embedded speech library failed with status {status}.")

    def _use(self, voice: str) -> None:
        if voice == self._voice:
            return
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise ProviderError("speech_failed", f"The embedded speech library has no voice {voice!r}.")
        self._voice = voice

    def _on_sound(self, samples: int | None, count: int, _events: int | None) -> int:
        if not samples or not count or self._sink is None:
            return _GO_ON
        try:
            return _GO_ON if self._sink(ctypes.string_at(samples, 2 * count)) else _STOP
        except Exception as failure:  # noqa: BLE001 - nothing may be raised through C; `speak` raises it
            self._failure = failure
            return _STOP


def _library_name(platform: str) -> str:
    return {"win32": "espeak-ng.dll", "darwin": "libespeak-ng.dylib"}.get(platform, "libespeak-ng.so")
