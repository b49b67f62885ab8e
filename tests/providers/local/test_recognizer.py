from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

pytest.importorskip("espeakng_loader")
pytest.importorskip("pocketsphinx")

from runtime.errors import ProviderError, SettingsError
from runtime.providers.local import recognizer as recognizer_module
from runtime.providers.local.grammar import PhraseBook
from runtime.providers.local.recognizer import LocalRecognizer, shutdown
from runtime.providers.local.recognizer_worker import shared_worker
from runtime.providers.ports import SpeechToText, Transcript
from runtime.settings import TranscriptionSettings
from tests.providers.local.speaking import spoken

WEATHER = PhraseBook(("what is the weather in {city}",), {"city": ("Paris", "Lisbon")})
TABLES = PhraseBook(("book a table for {guests}",), {"guests": ("two", "three", "four")})


@pytest.fixture
async def _ended() -> AsyncIterator[None]:
    yield
    await shutdown()


@pytest.mark.usefixtures("_ended")
async def test_personas_share_a_process_and_each_hears_its_own_grammar() -> None:
    weather: SpeechToText = LocalRecognizer(TranscriptionSettings(), WEATHER)
    tables = LocalRecognizer(TranscriptionSettings(language="en-US"), TABLES)
    city, guests = await spoken("what is the weather in paris"), await spoken("book a table for three")
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(weather.transcribe(city, "wav", None))
        second = tasks.create_task(tables.transcribe(guests, "wav", None))

    assert first.result() == Transcript("what is the weather in paris", "en")
    assert second.result() == Transcript("book a table for three", "en")
    assert shared_worker().pid
    await tables.aclose()
    assert shared_worker().pid is None


@pytest.mark.usefixtures("_ended")
async def test_what_the_voice_says_in_other_formats_is_understood() -> None:
    pytest.importorskip("av")
    recognizer = LocalRecognizer(TranscriptionSettings(), WEATHER)
    for container, rate in (("pcm", 24_000), ("mp3", None), ("aac", None)):
        sound = await spoken("What is the weather in Paris?", container=container)
        assert (await recognizer.transcribe(sound, container, rate)).text == "what is the weather in paris"


@pytest.mark.usefixtures("_ended")
async def test_silence_is_an_empty_transcript_and_junk_is_an_error() -> None:
    recognizer = LocalRecognizer(TranscriptionSettings())

    assert await recognizer.transcribe(bytes(64_000), "pcm", 16_000) == Transcript("", "en")
    with pytest.raises(ProviderError, match="cannot be read as mp3") as caught:
        await recognizer.transcribe(b"junk", "mp3", None)
    assert caught.value.code == "bad_audio"


@pytest.mark.usefixtures("_ended")
async def test_it_answers_in_its_time_or_not_at_all() -> None:
    recognizer = LocalRecognizer(TranscriptionSettings(timeout_ms=1))

    with pytest.raises(ProviderError, match=r"no answer within 0\.001 seconds") as caught:
        await recognizer.transcribe(bytes(64_000), "pcm", 16_000)
    assert caught.value.code == "no_transcription"


def test_a_log_can_name_it() -> None:
    assert repr(LocalRecognizer(TranscriptionSettings(), WEATHER)) == "LocalRecognizer(with a grammar)"
    assert repr(LocalRecognizer(TranscriptionSettings())) == "LocalRecognizer(without a grammar)"


@pytest.mark.parametrize("language", ["pt", "de-DE", "eng", "english"])
def test_another_language_is_an_error(language: str) -> None:
    with pytest.raises(SettingsError, match="English only") as caught:
        LocalRecognizer(TranscriptionSettings(provider="local", language=language))

    assert caught.value.key == "language"


@pytest.mark.parametrize("package", ["pocketsphinx", "numpy", "soundfile", "soxr"])
def test_without_a_package_the_error_says_what_to_install(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognizer_module, "find_spec", lambda asked: None if asked == package else object())

    with pytest.raises(SettingsError, match=f"needs the package {package}") as caught:
        LocalRecognizer(TranscriptionSettings())

    assert caught.value.key == "provider"
    assert caught.value.hint == 'pip install "callboard[local]"'


async def test_a_persona_of_another_language_says_that_it_cannot_hear() -> None:
    recognizer = LocalRecognizer(TranscriptionSettings(language="pt"))
    with pytest.raises(ProviderError, match="English only, and this agent listens in 'pt'") as caught:
        await recognizer.transcribe(b"RIFF", "wav", None)
    assert caught.value.code == "no_transcription"
