from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("espeakng_loader")

from runtime.errors import ProviderError
from runtime.providers.local import synthesis
from runtime.providers.local.espeak import SAMPLE_RATE, Espeak, words_per_minute


def speak(text: str, sink: Callable[[bytes], bool], *, voice: str = "gmw/en-US", rate: int = 175) -> None:
    """Speak where the library lives: in the one thread that may be inside of it."""
    synthesis._speaking.submit(lambda: synthesis._espeak().speak(text, voice, rate, sink)).result()


def collected(text: str, *, voice: str = "gmw/en-US", rate: int = 175) -> list[bytes]:
    pieces: list[bytes] = []

    def keep(pcm: bytes) -> bool:
        pieces.append(pcm)
        return True

    speak(text, keep, voice=voice, rate=rate)
    return pieces


def test_sound_comes_in_small_pieces() -> None:
    pieces = collected("The weather in Paris is sunny today.")

    assert len(pieces) > 20
    assert max(map(len, pieces)) <= 2 * SAMPLE_RATE // 10


def test_a_sink_that_has_enough_gets_no_more() -> None:
    pieces: list[bytes] = []

    def one_is_enough(pcm: bytes) -> bool:
        pieces.append(pcm)
        return False

    speak("This sentence would go on for some seconds if nobody stopped it.", one_is_enough)

    assert len(pieces) == 1


def test_what_the_sink_raises_comes_out_and_the_library_still_works() -> None:
    def broken(_: bytes) -> bool:
        raise LookupError("full")

    with pytest.raises(LookupError, match="full"):
        speak("One, two, three.", broken)

    assert collected("One, two, three.")


def test_the_rate_and_the_voice_change_the_sound() -> None:
    text = "The weather in Paris is sunny today."
    usual, fast = (sum(map(len, collected(text, rate=rate))) for rate in (175, 350))

    assert 0.4 < fast / usual < 0.7
    assert b"".join(collected(text)) != b"".join(collected(text, voice="gmw/en-US+f3"))


@pytest.mark.parametrize("text", ["<b>&amp;</b>", "a\0b", "😀", "こんにちは, мир, سلام", "[[h@l'oU]]", "\ud800 x"])
def test_no_text_upsets_it(text: str) -> None:
    collected(text)
    assert collected("Still here.")


def test_an_unknown_voice_is_an_error() -> None:
    with pytest.raises(ProviderError, match="no voice 'gmw/xx'") as caught:
        collected("Hello.", voice="gmw/xx")

    assert caught.value.code == "speech_failed"


def test_a_missing_library_is_an_error() -> None:
    with pytest.raises(ProviderError, match="cannot be loaded"):
        Espeak(Path("nowhere") / "espeak-ng-data")


def library(rate: int, status: int) -> Callable[[str], SimpleNamespace]:
    """A library that answers its calls with these numbers."""

    def synth(*_: object) -> int:
        return status

    return lambda _: SimpleNamespace(
        espeak_Synth=synth,
        espeak_Initialize=lambda *_: rate,
        espeak_SetSynthCallback=lambda _: None,
        espeak_SetParameter=lambda *_: 0,
        espeak_SetVoiceByName=lambda _: 0,
    )


def test_a_library_that_does_not_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", library(-1, 0))

    with pytest.raises(ProviderError, match="cannot be started"):
        Espeak(Path("data"))


def test_a_status_that_is_not_zero_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", library(SAMPLE_RATE, 2))

    with pytest.raises(ProviderError, match="status 2"):
        Espeak(Path("data")).speak("Hello.", "gmw/en", 175, lambda _: True)


@pytest.mark.parametrize(("speed", "rate"), [(1.0, 175), (1.2, 210), (0.25, 80), (4.0, 450)])
def test_speed_is_a_rate_within_what_the_library_can_do(speed: float, rate: int) -> None:
    assert words_per_minute(speed) == rate
