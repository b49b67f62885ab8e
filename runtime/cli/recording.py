"""Everything that was spoken, as one WAV file."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from runtime.audio.wav import Wav, header
from runtime.cli.sound import Part, samples
from runtime.cli.terminal import stderr
from runtime.errors import CallboardError, UsageError


class Recording:
    """A `Sound` that keeps what it takes."""

    def __init__(self, file: Path) -> None:
        """Raises UsageError where the file cannot be written."""
        if file.is_dir() or not file.parent.is_dir():
            raise UsageError(f"--save: {file} cannot be written; name a file in a folder that exists.")
        self._file = file
        self._parts: list[Part] = []

    def take(self, part: Part) -> None:
        """Keep a part."""
        self._parts.append(part)

    def stop(self) -> float | None:
        """An interruption changes nothing in what was recorded."""
        return None

    async def settle(self) -> None:
        """A file hears at once."""

    def close(self) -> None:
        """Nothing runs."""

    def forget(self) -> None:
        """Leave out what was spoken so far."""
        self._parts.clear()

    @property
    def empty(self) -> bool:
        """Has nothing been spoken yet?"""
        return not self._parts

    def save(self) -> None:
        """Write the file. Raises CallboardError where there is nothing to write, or it cannot be joined."""
        if not self._parts:
            raise CallboardError(f"Nothing was spoken, so {self._file} was not written.")
        sound = join(self._parts)
        head = header(sound.sample_rate, sound.channels, sound.sample_width, len(sound.data))
        try:
            self._file.write_bytes(head + sound.data)
        except OSError as error:
            raise CallboardError(f"{self._file} cannot be written: {error.strerror or error}.") from None
        _report(self._file, len(sound.data) / (sound.sample_rate * sound.channels * sound.sample_width))


@contextmanager
def saved(file: Path) -> Generator[Recording]:
    """A recording that is written at the end, also of a talk that broke off."""
    recording = Recording(file)
    _warn_of_name(file)
    try:
        yield recording
    except BaseException:
        if not recording.empty:
            recording.save()
        raise
    recording.save()


def join(parts: list[Part]) -> Wav:
    """The parts, in their order, as one piece. Raises CallboardError."""
    pieces = [piece for _, chunk in groupby(parts, lambda part: part.chunk_id) for piece in _pieces(list(chunk))]
    first = pieces[0]
    shape = (first.sample_rate, first.channels, first.sample_width)
    if any((piece.sample_rate, piece.channels, piece.sample_width) != shape for piece in pieces):
        raise CallboardError("The voice changed its sample rate on the way, so the sound cannot be one WAV file.")
    return Wav(*shape, b"".join(piece.data for piece in pieces))


def _warn_of_name(file: Path) -> None:
    if file.suffix.lower() not in {"", ".wav"}:
        terminal = stderr()
        warning = f"warning: {file} will be a WAV file whatever its name says; .wav is the right ending."
        terminal.line(terminal.paint(warning, "yellow"))


def _report(file: Path, seconds: float) -> None:
    terminal = stderr()
    if terminal.interactive:
        terminal.line(terminal.paint(f"saved {file}: {seconds:.1f} s", "dim"))


def _pieces(chunk: list[Part]) -> list[Wav]:
    """A WAV's parts have a header each; the parts of an encoded chunk are one stream that was cut."""
    first = chunk[0]
    if first.format == "wav":
        return [samples("wav", None, part.data) for part in chunk]
    return [samples(first.format, first.sample_rate, b"".join(part.data for part in chunk))]
