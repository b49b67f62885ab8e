from __future__ import annotations

import asyncio
import subprocess
import sys
from array import array

import pytest

pytest.importorskip("espeakng_loader")

from runtime.audio.wav import read_wav
from runtime.errors import SettingsError
from runtime.providers.local.voice import LocalVoice
from runtime.providers.ports import TextToSpeech
from runtime.settings import VoiceSettings
from tests.providers.local.speaking import seconds, spoken

SENTENCE = "The weather in Paris is sunny today, with a light wind from the west."


def test_it_is_a_voice_and_says_honestly_which() -> None:
    voice: TextToSpeech = LocalVoice(VoiceSettings(name="nova"))

    assert (voice.format, voice.sample_rate) == ("wav", 22_050)
    assert repr(LocalVoice(VoiceSettings(name="nova"))) == "LocalVoice('en-us+f3')"
    assert LocalVoice(VoiceSettings(format="pcm")).sample_rate == 24_000
    assert LocalVoice(VoiceSettings(format="mp3")).sample_rate is None


async def test_a_sentence_lasts_as_long_as_it_takes_to_say_and_is_loud() -> None:
    wav = await spoken(SENTENCE)
    samples = array("h", read_wav(wav).data)
    loudness = (sum(sample * sample for sample in samples) / len(samples)) ** 0.5

    assert 3 < seconds(wav) < 6
    assert 500 < loudness < 10_000


async def test_speed_changes_how_long_it_lasts() -> None:
    voice = LocalVoice(VoiceSettings(speed=2.0))
    fast = b"".join([piece async for piece in voice.stream(SENTENCE)])

    assert 0.4 < seconds(fast) / seconds(await spoken(SENTENCE)) < 0.65


async def test_text_of_several_passages_is_one_sound() -> None:
    wav = await spoken("This is one more sentence of a long story. " * 15)

    assert wav.count(b"RIFF") == 1
    assert 25 < seconds(wav) < 60


@pytest.mark.parametrize("text", ["", "  \n"])
async def test_text_without_words_makes_no_sound(text: str) -> None:
    assert await spoken(text) == b""


@pytest.mark.parametrize("container", ["pcm", "mp3", "opus", "aac", "flac"])
async def test_every_format_can_be_spoken(container: str) -> None:
    pytest.importorskip("av")

    assert len(await spoken("Hello there.", container=container)) > 1000


async def test_fifty_requests_at_once_each_get_their_own_sound() -> None:
    texts = [" ".join(["hello"] * (2 + number % 10)) for number in range(50)]
    expected = {text: seconds(await spoken(text)) for text in set(texts)}

    async with asyncio.TaskGroup() as tasks:
        requests = [tasks.create_task(spoken(text)) for text in texts]

    for text, request in zip(texts, requests, strict=True):
        assert seconds(request.result()) == pytest.approx(expected[text], rel=0.05)


async def test_after_a_reader_has_gone_the_next_one_hears_only_its_own() -> None:
    voice = LocalVoice(VoiceSettings())
    short = seconds(await spoken("Hello."))
    for _ in range(20):
        stream = voice.stream(SENTENCE)
        await anext(stream)
        await stream.aclose()

    wav = b"".join([piece async for piece in voice.stream("Hello.")])
    assert seconds(wav) == pytest.approx(short, rel=0.1)


def test_it_speaks_in_one_loop_after_another() -> None:
    assert all(seconds(asyncio.run(spoken("Hello."))) > 0.3 for _ in range(3))


@pytest.mark.parametrize(
    ("settings", "key"),
    [(VoiceSettings(name="nobody"), "name"), (VoiceSettings(format="wma"), "format")],
)
def test_what_cannot_be_is_found_at_construction(settings: VoiceSettings, key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        LocalVoice(settings)

    assert caught.value.key == key


def test_construction_loads_no_library() -> None:
    program = """
import sys
from runtime.providers.local.voice import LocalVoice
from runtime.settings import VoiceSettings
for format in ("wav", "pcm", "mp3", "opus"):
    LocalVoice(VoiceSettings(format=format))
print(*sorted({"espeakng_loader", "numpy", "soxr", "lameenc", "av", "openai", "aiohttp"} & set(sys.modules)))
"""
    pytest.importorskip("av")
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == []
