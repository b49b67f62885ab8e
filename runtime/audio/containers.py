"""Which container a client sent, by what it declares and by what the bytes say.

Sources of the magic bytes: RIFF (Multimedia Programming Interface 1.0), ISO/IEC 11172-3 and id3.org (MP3),
RFC 3533 (Ogg), RFC 8794 (EBML, thus WebM), ISO/IEC 14496-12 (`ftyp`), RFC 9639 (FLAC), ISO/IEC 14496-3
(ADTS).
"""

from __future__ import annotations

from runtime.audio import adts, mp3, pcm
from runtime.errors import ClientError

ACCEPTED = ("mp3", "wav", "webm", "ogg", "opus", "m4a", "flac", "pcm", "aac", "mp4", "mpga", "mpeg")

_UPLOADS = {  # container: file name and media type
    "mp3": ("audio.mp3", "audio/mpeg"),
    "wav": ("audio.wav", "audio/wav"),
    "webm": ("audio.webm", "audio/webm"),
    "ogg": ("audio.ogg", "audio/ogg"),
    "m4a": ("audio.m4a", "audio/mp4"),
    "flac": ("audio.flac", "audio/flac"),
    "aac": ("audio.aac", "audio/aac"),
}
_CONTAINERS = {name: name for name in (*_UPLOADS, "pcm")} | {
    "opus": "ogg",
    "oga": "ogg",
    "mp4": "m4a",
    "mpeg": "mp3",
    "mpga": "mp3",
    "wave": "wav",
    "vnd.wave": "wav",
    "pn-wav": "wav",
    "aacp": "aac",
}
_MAGIC = ((0, b"fLaC", "flac"), (0, b"OggS", "ogg"), (0, b"\x1a\x45\xdf\xa3", "webm"), (4, b"ftyp", "m4a"))


def sniff(data: bytes) -> str | None:
    """The container that the magic bytes of `data` name: wav mp3 ogg webm m4a flac aac, or None.

    The few bits that open a frame of MP3 or ADTS turn up in raw samples too, so two frames have to agree.
    """
    at = mp3.past_tags(data, 0)
    if data.startswith(b"RIFF", at) and data.startswith(b"WAVE", at + 8):
        return "wav"
    for offset, magic, name in _MAGIC:
        if data.startswith(magic, at + offset):
            return name
    if adts.begins_stream(data, at):
        return "aac"
    return "mp3" if at or mp3.begins_stream(data, at, final=True) else None


def container_of(data: bytes, declared: str | None) -> str:
    """The container of an upload: wav mp3 ogg webm m4a flac aac or pcm.

    `declared` is one of ACCEPTED or a MIME type (`audio/webm;codecs=opus`). Magic bytes that say otherwise
    win, as clients mislabel more often than encoders do; raw PCM has none and has to be declared. Raises
    ClientError: `bad_audio` for no bytes or half a sample, `unsupported_format` for what is neither
    recognised nor declared.
    """
    if not data:
        raise ClientError("bad_audio", "The audio is empty: send at least one sample.")
    container = sniff(data) or _declared(declared)
    if container == "pcm" and len(data) % pcm.SAMPLE_BYTES:
        problem = f"PCM has 2 bytes a sample, but {len(data)} bytes came: send an even number."
        raise ClientError("bad_audio", problem)
    return container


def _declared(declared: str | None) -> str:
    if not declared:
        problem = f"The audio's format was not recognised: declare one of {_accepted()}."
        raise ClientError("unsupported_format", problem)
    name = declared.partition(";")[0].rpartition("/")[2].strip().lower().removeprefix("x-")
    if name not in _CONTAINERS:
        problem = f"The audio format {declared[:40]!r} is not supported: send one of {_accepted()}."
        raise ClientError("unsupported_format", problem)
    return _CONTAINERS[name]


def _accepted() -> str:
    return ", ".join(ACCEPTED)


def upload_name(container: str) -> str:
    """A file name for `container`, such as `audio.webm`: transcription servers go by its ending.

    Raises KeyError for `pcm`, which is no file until `wav.header` stands in front of it.
    """
    return _UPLOADS[container][0]


def mime_type(container: str) -> str:
    """The media type of `container`, such as `audio/webm`; raises KeyError for `pcm`."""
    return _UPLOADS[container][1]
