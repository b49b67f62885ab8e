"""The chunks of a RIFF/WAVE stream, read as they arrive.

Sources: Microsoft and IBM, Multimedia Programming Interface and Data Specifications 1.0 (RIFF, `fmt `,
`data`); Microsoft, mmreg.h (WAVE_FORMAT_EXTENSIBLE). A server that makes sound while it sends it cannot
know the sizes it writes in front, so a declared size is believed only where another chunk really begins
behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import unpack_from

_PCM, _EXTENSIBLE = 1, 0xFFFE
_FORMAT_BYTES = range(16, 1025)  # 16, 18 and 40 are in use; more than this is not a format but damage
_WIDTHS = range(1, 5)

# Chunks that are written behind the sound. Just any four letters would prove nothing: loud sound spells them.
_TRAILING = frozenset(b"LIST,id3 ,ID3 ,fact,cue ,plst,smpl,inst,bext,iXML,axml,JUNK,PAD ,PEAK,cart,acid".split(b","))


@dataclass(frozen=True, slots=True)
class WavFormat:
    """Uncompressed samples: `sample_rate` a second of `sample_width` bytes (1 to 4) in each of `channels`."""

    sample_rate: int
    channels: int
    sample_width: int

    @property
    def frame_bytes(self) -> int:
        """Bytes of one sample in every channel."""
        return self.channels * self.sample_width


@dataclass(frozen=True, slots=True)
class DataStart:
    """Where the sound begins: its format, the bytes that the header declares, and those that came so far."""

    format: WavFormat
    declared_bytes: int
    data: bytes


class HeaderReader:
    """Reads everything in front of the sound, and forgets it at once but for the format."""

    def __init__(self) -> None:
        self._rest = b""
        self._skip = 0
        self._format: WavFormat | None = None
        self._read = self._read_preamble

    def feed(self, data: bytes) -> DataStart | None:
        """Take the next bytes; the sound's start once it is reached, else None.

        Raises ValueError when this is no WAV of uncompressed samples; the sentence says why.
        """
        return self._read(self._rest + data)

    def _read_preamble(self, buffer: bytes) -> DataStart | None:
        if not b"RIFF".startswith(buffer[:4]) or not b"WAVE".startswith(buffer[8:12]):
            raise ValueError("This is not a WAV: it does not begin with RIFF and WAVE.")
        if len(buffer) < 12:
            self._rest = buffer
            return None
        self._read = self._read_chunks
        return self._read_chunks(buffer[12:])

    def _read_chunks(self, buffer: bytes) -> DataStart | None:
        at = self._skip
        while len(buffer) >= at + 8:
            name, size = unpack_from("<4sI", buffer, at)
            if name == b"data":
                return self._start(size, buffer[at + 8 :])
            if name == b"fmt ":
                if size not in _FORMAT_BYTES:
                    raise ValueError(f"The WAV's fmt chunk has {size} bytes, and should have 16, 18 or 40.")
                if len(buffer) < at + 8 + size:
                    break
                self._format = _format(buffer[at + 8 : at + 8 + size])
            at += 8 + size + size % 2  # chunks begin at even places
        self._rest, self._skip = buffer[at:], max(0, at - len(buffer))
        return None

    def _start(self, declared_bytes: int, data: bytes) -> DataStart:
        if self._format is None:
            raise ValueError("The WAV has no fmt chunk in front of its data chunk.")
        return DataStart(self._format, declared_bytes, data)


def _format(chunk: bytes) -> WavFormat:
    tag, channels, sample_rate, _, frame_bytes, bits = unpack_from("<HHIIHH", chunk)
    if tag == _EXTENSIBLE and len(chunk) >= 26:
        tag = unpack_from("<H", chunk, 24)[0]  # the sub-format's GUID begins with the plain tag
    if tag != _PCM:
        raise ValueError(f"The WAV's samples are encoded (format {tag}); plain PCM (format 1) is wanted.")
    found = WavFormat(sample_rate, channels, (bits + 7) // 8)
    if not sample_rate or not channels or found.sample_width not in _WIDTHS or found.frame_bytes != frame_bytes:
        raise ValueError(
            f"The WAV's format makes no sense: {sample_rate} Hz, {channels} channels, {bits} bits,"
            f" {frame_bytes} bytes a frame."
        )
    return found


class DataChunk:
    """Tells the sound from the chunks behind it."""

    def __init__(self, declared_bytes: int) -> None:
        self._left = declared_bytes
        self._pad = declared_bytes % 2
        self._behind = b""
        self._take = self._inside

    def feed(self, data: bytes) -> bytes:
        """The sound among the next bytes of the stream."""
        return self._take(data)

    def end(self) -> bytes:
        """The sound among the last few bytes, which were too few to tell what they are."""
        return self._behind if len(self._behind) > self._pad else b""

    def _inside(self, data: bytes) -> bytes:
        if len(data) < self._left:
            self._left -= len(data)
            return data
        self._take = self._at_declared_end
        return data[: self._left] + self._at_declared_end(data[self._left :])

    def _at_declared_end(self, data: bytes) -> bytes:
        behind = self._behind + data
        if len(behind) < self._pad + 4:
            self._behind = behind
            return b""
        self._behind = b""
        if behind[self._pad : self._pad + 4] in _TRAILING:
            self._take = self._past
            return b""
        self._take = self._unbounded
        return behind

    def _unbounded(self, data: bytes) -> bytes:
        return data

    def _past(self, data: bytes) -> bytes:
        return b""
