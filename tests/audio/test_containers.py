from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.audio.containers import ACCEPTED, container_of, mime_type, sniff, upload_name
from runtime.audio.wav import header
from runtime.errors import ClientError
from tests.audio import samples

SOUND = samples.pcm()
FILES = [
    ("wav", samples.soundfile("WAV", "PCM_16")),
    ("wav", samples.ffmpeg("wav", "pcm_s16le", piped=True)),
    ("mp3", samples.mp3()),
    ("mp3", samples.ffmpeg("mp3", "libmp3lame")),
    ("ogg", samples.soundfile("OGG", "OPUS")),
    ("ogg", samples.soundfile("OGG", "VORBIS")),
    ("webm", samples.ffmpeg("webm", "libopus", 48_000)),
    ("webm", samples.ffmpeg("webm", "libopus", 48_000, piped=True)),
    ("m4a", samples.ffmpeg("ipod", "aac")),
    ("flac", samples.soundfile("FLAC", "PCM_16")),
    ("aac", samples.ffmpeg("adts", "aac")),
]
TAG = b"ID3\x04\0\0\0\0\0\x05" + bytes(5)


@pytest.mark.parametrize(("container", "data"), FILES)
def test_a_file_names_its_container_whatever_is_declared(container: str, data: bytes) -> None:
    assert sniff(data) == container
    for declared in (None, "", "pcm", "wav", "video/mp4", "nonsense"):
        assert container_of(data, declared) == container


@pytest.mark.parametrize("container", ["mp3", "flac", "aac"])
def test_a_tag_in_front_does_not_hide_the_container(container: str) -> None:
    assert sniff(TAG + dict(FILES)[container]) == container


def test_a_tag_alone_is_an_mp3() -> None:
    assert sniff(TAG) == sniff(TAG[:12]) == "mp3"


def test_raw_sound_names_nothing_even_where_it_begins_like_a_frame() -> None:
    assert sniff(SOUND) is None
    assert sniff(b"\xff\xfb\x90\x00" + SOUND) is None
    assert sniff(b"\xff\xf1\x50\x80\x1f\xfc\x00" + SOUND) is None
    assert sniff(b"") is None


@pytest.mark.parametrize(
    ("declared", "container"),
    [
        ("pcm", "pcm"),
        ("audio/pcm", "pcm"),
        ("mp3", "mp3"),
        ("MPEG", "mp3"),
        ("mpga", "mp3"),
        ("audio/mpeg", "mp3"),
        ("opus", "ogg"),
        ("audio/ogg; codecs=opus", "ogg"),
        ("application/ogg", "ogg"),
        ("audio/webm;codecs=opus", "webm"),
        ("video/webm", "webm"),
        ("mp4", "m4a"),
        ("audio/mp4", "m4a"),
        ("audio/x-m4a", "m4a"),
        ("x-wav", "wav"),
        ("audio/wave", "wav"),
        ("audio/vnd.wave", "wav"),
        (" audio/x-wav ;rate=16000", "wav"),
        ("audio/x-flac", "flac"),
        ("audio/aacp", "aac"),
    ],
)
def test_bytes_that_say_nothing_are_what_was_declared(declared: str, container: str) -> None:
    assert container_of(SOUND, declared) == container


@pytest.mark.parametrize("name", ACCEPTED)
def test_every_accepted_name_is_accepted(name: str) -> None:
    assert container_of(SOUND, name)


@pytest.mark.parametrize(
    ("data", "declared", "code", "message"),
    [
        (b"", "wav", "bad_audio", "The audio is empty: send at least one sample."),
        (
            SOUND[:7],
            "pcm",
            "bad_audio",
            "PCM has 2 bytes a sample, but 7 bytes came: send an even number.",
        ),
        (
            SOUND,
            None,
            "unsupported_format",
            "The audio's format was not recognised: declare one of mp3, wav, webm, ogg, opus, m4a, flac, pcm,"
            " aac, mp4, mpga, mpeg.",
        ),
        (
            SOUND,
            "midi" * 99,
            "unsupported_format",
            "The audio format 'midimidimidimidimidimidimidimidimidimidi' is not supported: send one of"
            " mp3, wav, webm, ogg, opus, m4a, flac, pcm, aac, mp4, mpga, mpeg.",
        ),
    ],
)
def test_what_cannot_be_accepted_is_refused_in_a_sentence(
    data: bytes, declared: str | None, code: str, message: str
) -> None:
    with pytest.raises(ClientError) as caught:
        container_of(data, declared)
    assert (caught.value.code, str(caught.value)) == (code, message)


def test_declared_pcm_that_is_a_wav_of_odd_length_is_a_wav() -> None:
    assert container_of(header(8_000, 1, 1, 3) + b"abc", "pcm") == "wav"


@pytest.mark.parametrize("container", ["mp3", "wav", "webm", "ogg", "m4a", "flac", "aac"])
def test_an_upload_is_named_by_its_container(container: str) -> None:
    assert upload_name(container) == f"audio.{container}"
    assert mime_type(container).startswith("audio/")


def test_raw_sound_is_no_file_to_upload() -> None:
    with pytest.raises(KeyError):
        upload_name("pcm")
    with pytest.raises(KeyError):
        mime_type("pcm")


@given(st.binary(max_size=60), st.one_of(st.none(), st.text(max_size=30), st.sampled_from(ACCEPTED)))
def test_any_upload_has_a_container_or_a_client_error(data: bytes, declared: str | None) -> None:
    try:
        container = container_of(data, declared)
    except ClientError as error:
        code = error.code
        assert code in ("bad_audio", "unsupported_format")
    else:
        assert container == "pcm" or upload_name(container)
