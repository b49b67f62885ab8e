"""The programs that play sound, and what each wants to be told."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from runtime.audio.wav import header
from runtime.cli.sound import SAMPLES

_ENDLESS = 0xFFFF_FFFF


@dataclass(frozen=True, slots=True)
class Program:
    """A player. `samples` and `mp3` are its arguments for 16-bit samples and for MP3, () where it cannot.

    `{rate}` and `{channels}` in them are filled in; `{file}` marks a program that plays files and reads no pipe.
    """

    name: str
    samples: tuple[str, ...]
    mp3: tuple[str, ...] = ()
    wants_header: bool = False

    @property
    def by_file(self) -> bool:
        """Does it play files only?"""
        return "{file}" in self.samples

    def takes(self, encoding: str) -> bool:
        """Can it be given this format without decoding?"""
        return encoding in SAMPLES or (encoding == "mp3" and bool(self.mp3))

    def command(self, encoding: str, rate: int, channels: int, file: str = "") -> list[str]:
        """The command line that plays `encoding`, `mp3` or samples."""
        arguments = self.mp3 if encoding == "mp3" else self.samples
        return [self.name, *(each.format(rate=rate, channels=channels, file=file) for each in arguments)]

    def preamble(self, rate: int, channels: int) -> bytes:
        """What comes before piped samples."""
        return header(rate, channels, 2, _ENDLESS) if self.wants_header else b""


_FFPLAY = ("-nodisp", "-autoexit", "-loglevel", "error")
_PLAY = ("-r", "{rate}", "-e", "signed-integer", "-b", "16", "-c", "{channels}")

PROGRAMS = (
    # The flag for a number of channels was renamed in FFmpeg 7; a WAV header says it in any version.
    Program(
        "ffplay", (*_FFPLAY, "-f", "wav", "-i", "pipe:0"), (*_FFPLAY, "-f", "mp3", "-i", "pipe:0"), wants_header=True
    ),
    Program("paplay", ("--raw", "--format=s16le", "--rate={rate}", "--channels={channels}")),
    Program("aplay", ("-q", "-t", "raw", "-f", "S16_LE", "-r", "{rate}", "-c", "{channels}", "-")),
    Program("play", ("-q", "-t", "raw", *_PLAY, "-"), ("-q", "-t", "mp3", "-")),
    Program("afplay", ("{file}",), ("{file}",)),
)


def find_program(encoding: str) -> Program | None:
    """The first installed program that takes the format, or else one that plays its samples."""
    installed = [program for program in PROGRAMS if shutil.which(program.name)]
    return next((program for program in installed if program.takes(encoding)), next(iter(installed), None))


def names() -> str:
    """The programs that would do, for people."""
    return ", ".join(program.name for program in PROGRAMS)
