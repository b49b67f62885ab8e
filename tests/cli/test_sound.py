"""Sound on the wire, as samples, and in one file."""

from __future__ import annotations

import base64
import wave
from io import BytesIO
from pathlib import Path

import pytest

import runtime.cli.hearing
import runtime.cli.sound
from runtime.audio.wav import Wav, header
from runtime.cli.recording import Recording, join, saved
from runtime.cli.sound import Part, Silence, can_decode, needs_decoder, part_of, samples
from runtime.errors import CallboardError, UsageError


def wav(data: bytes, rate: int = 8000) -> bytes:
    return header(rate, 1, 2, len(data)) + data


def part(chunk: int, encoding: str, data: bytes, *, final: bool = True, rate: int | None = 8000) -> Part:
    return Part(chunk, encoding, rate, final, data)


def encoded(encoding: str, codec: str, rate: int, n_samples: int) -> bytes:
    """Silence in a container."""
    av = pytest.importorskip("av")
    buffer = BytesIO()
    with av.open(buffer, "w", format=encoding) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame(format="s16", layout="mono", samples=n_samples)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.sample_rate = rate
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return buffer.getvalue()


def test_an_audio_chunk_is_read() -> None:
    message = {"chunkId": 3, "format": "pcm", "sampleRate": 24000, "final": False}
    message["data"] = base64.b64encode(b"ab").decode()
    assert part_of(message) == Part(3, "pcm", 24000, final=False, data=b"ab")


@pytest.mark.parametrize("data", ["not base64!", 3, "A"])
def test_sound_that_is_no_base64_is_refused(data: object) -> None:
    with pytest.raises(CallboardError, match="sound that cannot be read"):
        part_of({"data": data})


def test_samples_of_wav_and_pcm_are_what_they_are() -> None:
    assert samples("pcm", 8000, b"abc") == Wav(8000, 1, 2, b"ab")
    assert samples("wav", None, wav(b"abcd", 16000)) == Wav(16000, 1, 2, b"abcd")


def test_pcm_without_a_rate_cannot_be_played() -> None:
    with pytest.raises(CallboardError, match="at which rate"):
        samples("pcm", None, b"ab")


@pytest.mark.parametrize(("encoding", "codec"), [("flac", "flac"), ("mp3", "libmp3lame"), ("ogg", "libopus")])
def test_other_formats_are_decoded(encoding: str, codec: str) -> None:
    sound = samples(encoding, None, encoded(encoding, codec, 48000, 4800))
    assert (sound.sample_rate, sound.channels, sound.sample_width) == (48000, 1, 2)
    assert 4000 <= len(sound.data) // 2 <= 8000
    assert set(sound.data) <= {0, 255, 1, 254}, "silence stays silent"


@pytest.mark.parametrize("encoding", ["wav", "mp3"])
def test_damaged_sound_is_told(encoding: str) -> None:
    pytest.importorskip("av")
    with pytest.raises(CallboardError, match=f"The server sent {encoding} sound that cannot be decoded"):
        samples(encoding, None, b"no sound at all")


def test_what_needs_a_decoder_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    can_decode.cache_clear()
    monkeypatch.setattr(runtime.cli.sound, "find_spec", lambda _: None)
    try:
        assert can_decode("wav")
        assert can_decode("pcm")
        assert not can_decode("mp3")
    finally:
        can_decode.cache_clear()
    assert "pip install 'callboard[media]'" in str(needs_decoder("mp3"))


async def test_silence_takes_everything() -> None:
    silence = Silence()
    silence.take(part(1, "wav", b""))
    await silence.settle()
    assert silence.stop() is None
    silence.close()


# -- the recording


def test_parts_are_joined_to_one_file(tmp_path: Path) -> None:
    file = tmp_path / "talk.wav"
    with saved(file) as recording:
        recording.take(part(1, "wav", wav(b"aa"), final=False))
        recording.take(part(1, "wav", wav(b"bb")))
        recording.take(part(2, "pcm", b"cc", final=False))
        recording.take(part(2, "pcm", b"dd"))
    with wave.open(str(file)) as written:
        assert (written.getframerate(), written.getnchannels(), written.getsampwidth()) == (8000, 1, 2)
        assert written.readframes(10) == b"aabbccdd"


def test_an_encoded_chunk_is_decoded_as_one_stream() -> None:
    data = encoded("mp3", "libmp3lame", 48000, 9600)
    cut = len(data) // 2
    parts = [part(1, "mp3", data[:cut], final=False), part(1, "mp3", data[cut:])]
    assert join(parts) == samples("mp3", None, data)


def test_a_voice_that_changes_its_rate_cannot_be_joined() -> None:
    with pytest.raises(CallboardError, match="changed its sample rate"):
        join([part(1, "pcm", b"aa", rate=8000), part(2, "pcm", b"aa", rate=16000)])


async def test_a_recording_hears_at_once_and_keeps_what_was_interrupted(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "a.wav")
    recording.take(part(1, "pcm", b"aa"))
    await recording.settle()
    assert recording.stop() is None
    recording.close()
    assert not recording.empty
    recording.forget()
    assert recording.empty


def test_nothing_spoken_is_nothing_written(tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    with pytest.raises(CallboardError, match="Nothing was spoken"), saved(file):
        pass
    assert not file.exists()


def test_a_talk_that_breaks_off_is_kept_as_far_as_it_came(tmp_path: Path) -> None:
    def broken(file: Path, *parts: Part) -> None:
        with saved(file) as recording:
            for each in parts:
                recording.take(each)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken(tmp_path / "a.wav", part(1, "pcm", b"aa"))
    with pytest.raises(KeyboardInterrupt):
        broken(tmp_path / "b.wav")
    assert (tmp_path / "a.wav").stat().st_size == 46
    assert not (tmp_path / "b.wav").exists()


@pytest.mark.parametrize("name", [".", "missing/a.wav"])
def test_a_file_that_cannot_be_written_is_told_before_the_talk(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"^--save: .* cannot be written"):
        Recording(tmp_path / name)


def test_a_file_that_cannot_be_written_after_all_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    recording = Recording(folder / "a.wav")
    folder.rmdir()
    recording.take(part(1, "pcm", b"aa"))
    with pytest.raises(CallboardError, match="cannot be written: No such file or directory"):
        recording.save()


@pytest.mark.usefixtures("as_terminal")
def test_a_person_is_told_what_was_saved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with saved(tmp_path / "a.wav") as recording:
        recording.take(part(1, "pcm", bytes(16000)))
    assert "a.wav: 1.0 s" in capsys.readouterr().err
