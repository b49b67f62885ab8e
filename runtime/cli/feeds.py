"""How sound reaches a playing program: through a pipe as it arrives, or in files, chunk by chunk.

A feed is used by one task; `kill` alone comes from elsewhere, at any time. It ends a performance, and what the task
then learns about that performance changes nothing.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from tempfile import TemporaryDirectory

from typing_extensions import override

from runtime.audio.wav import Wav, header
from runtime.cli.programs import Program
from runtime.cli.sound import SAMPLES, Part, samples
from runtime.errors import CallboardError

_WIDTH = 2


class Feed(ABC):
    """One program and what runs of it. All methods raise CallboardError when the program fails by itself."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._process: Process | None = None
        self._killed: list[Process] = []
        self._performance = 0
        self._chunk = Chunk()

    @abstractmethod
    async def play(self, part: Part) -> None:
        """Let a part be heard; may wait until the program has room for more."""

    @abstractmethod
    async def finish(self) -> None:
        """Wait until everything has been heard."""

    def kill(self) -> None:
        """End the performance at once."""
        self._performance += 1
        self._chunk = Chunk()
        process, self._process = self._process, None
        if process is not None:
            self._kill(process)

    async def reap(self) -> None:
        """Wait for the end of what was killed."""
        while self._killed:
            await self._killed.pop().wait()

    def _kill(self, process: Process) -> None:
        assert process.stdin is not None, "it was started with a pipe"
        process.stdin.close()
        if process.returncode is None:
            process.kill()
        self._killed.append(process)

    def _takes_encoded(self, part: Part) -> bool:
        return part.format not in SAMPLES and self._program.takes(part.format)

    async def _start(self, command: list[str]) -> Process | None:
        """Run the program; None where the performance ended meanwhile."""
        performance = self._performance
        try:
            # In a session of its own, for Ctrl-C at the terminal is meant for us.
            process = await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
            )
        except OSError:
            raise CallboardError(f"{self._program.name} cannot be started.") from None
        if performance != self._performance:
            self._kill(process)
            return None
        self._process = process
        return process

    async def _end(self, process: Process) -> None:
        """Wait until the program has played what it was given."""
        assert process.stdin is not None, "it was started with a pipe"
        process.stdin.close()
        code = await process.wait()
        if process is self._process:
            self._process = None
            if code:
                raise self._failure()

    def _failure(self) -> CallboardError:
        return CallboardError(f"{self._program.name} cannot play here.")


class PipeFeed(Feed):
    """One run of the program for all the sound of an answer."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._command: list[str] = []

    @override
    async def play(self, part: Part) -> None:
        if self._takes_encoded(part):
            await self._write(self._program.command("mp3", 0, 0), b"", part.data)
            return
        sound = self._chunk.add(part)
        if sound is not None:
            rate, channels = sound.sample_rate, sound.channels
            command = self._program.command("samples", rate, channels)
            await self._write(command, self._program.preamble(rate, channels), sound.data)

    @override
    async def finish(self) -> None:
        if self._process is not None:
            await self._end(self._process)

    async def _write(self, command: list[str], preamble: bytes, data: bytes) -> None:
        if self._process is not None and command != self._command:
            await self.finish()
        process = self._process
        if process is None:
            process, self._command = await self._start(command), command
            data = preamble + data
        if process is None:
            return
        assert process.stdin is not None, "it was started with a pipe"
        try:
            process.stdin.write(data)
            await process.stdin.drain()
        except OSError:
            if process is self._process:
                raise self._failure() from None


class FileFeed(Feed):
    """One run of the program for each chunk."""

    @override
    async def play(self, part: Part) -> None:
        if not self._takes_encoded(part):
            sound = self._chunk.add(part, whole=True)
            if sound is not None:
                await self._run(
                    "sound.wav", header(sound.sample_rate, sound.channels, _WIDTH, len(sound.data)) + sound.data
                )
            return
        data = self._chunk.gather(part)
        if data:
            await self._run("sound.mp3", data)

    @override
    async def finish(self) -> None:
        """Each chunk has been waited for."""

    async def _run(self, name: str, data: bytes) -> None:
        with TemporaryDirectory(prefix="callboard-") as folder:
            file = Path(folder) / name
            file.write_bytes(data)
            process = await self._start(self._program.command(file.suffix[1:], 0, 0, str(file)))
            if process is not None:
                await self._end(process)


class Chunk:
    """The parts of a text chunk that wait for one another."""

    def __init__(self) -> None:
        self._id: int | None = None
        self._parts: list[bytes] = []

    def add(self, part: Part, *, whole: bool = False) -> Wav | None:
        """Samples that can be played: of this part, or (`whole`, or encoded) of the chunk that it completes."""
        if part.format in SAMPLES:
            sound = samples(part.format, part.sample_rate, part.data)
            if not whole:
                return _playable(sound)
            data = self.gather(Part(part.chunk_id, "pcm", sound.sample_rate, part.final, sound.data))
            return _playable(Wav(sound.sample_rate, sound.channels, sound.sample_width, data)) if data else None
        data = self.gather(part)
        return _playable(samples(part.format, part.sample_rate, data)) if data else None

    def gather(self, part: Part) -> bytes:
        """The chunk's bytes with its final part, nothing before."""
        if part.chunk_id != self._id:
            self._id, self._parts = part.chunk_id, []
        self._parts.append(part.data)
        if not part.final:
            return b""
        data, self._parts = b"".join(self._parts), []
        return data


def _playable(sound: Wav) -> Wav:
    if sound.sample_width != _WIDTH:
        raise CallboardError(f"Sound of {8 * sound.sample_width} bits a sample cannot be played here.")
    return sound
