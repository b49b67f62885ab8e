"""The server's end of the recogniser's process: one for all sessions, started when somebody first speaks.

Threads and blocking pipes, not asyncio's subprocesses, so that it belongs to no event loop: one worker thread passes
requests to the process, one at a time.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import IO

import runtime
from runtime.errors import ProviderError
from runtime.providers.local.frames import read_message, write_message

_ATTEMPTS = 2  # a process that died between two requests, or was killed for want of memory, is replaced once


class _Request:
    """What is to be sent, and whether its sender still waits."""

    def __init__(self, parts: tuple[bytes, ...]) -> None:
        self.parts = parts
        self.wanted = True


class RecognizerWorker:
    """Sends requests to the process, which it starts, replaces when it dies and kills when its work is not wanted."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "callboard-recognizer")
        self._lock = Lock()
        self._serving: _Request | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process's id; None while there is none."""
        return self._process.pid if self._process else None

    async def ask(self, *parts: bytes, seconds: float) -> list[bytes]:
        """Send a message and give the answer.

        Raises ProviderError `no_transcription` where none comes within `seconds`, or the process dies of it. When
        the caller is cancelled while its request is being served, the process is killed: the next request gets a
        new one, and never this one's answer.
        """
        request = _Request(parts)
        job = self._thread.submit(self._serve, request)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(job)
        except TimeoutError:
            message = f"The embedded recogniser gave no answer within {seconds:g} seconds."
            raise ProviderError("no_transcription", message, retryable=True) from None
        finally:
            self._abandon(request)

    async def close(self) -> None:
        """End the process. A request that is being served fails; one that comes later starts a new process."""
        if self._serving:
            self._abandon(self._serving)
        await asyncio.wrap_future(self._thread.submit(self.kill))

    def kill(self) -> None:
        """End the process, from the worker's thread or at the interpreter's end."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                _close(pipe)

    def _abandon(self, request: _Request) -> None:
        with self._lock:
            request.wanted = False
            if self._serving is request and self._process:
                self._process.kill()

    def _serve(self, request: _Request) -> list[bytes]:
        with self._lock:
            self._serving = request
        try:
            for _ in range(_ATTEMPTS):
                if not request.wanted:
                    break
                try:
                    return self._exchange(request)
                except (EOFError, OSError):
                    self.kill()
        finally:
            with self._lock:
                self._serving = None
        raise ProviderError("no_transcription", "The embedded recogniser stopped while it worked on this.")

    def _exchange(self, request: _Request) -> list[bytes]:
        if self._process is None:
            started = _start()
            with self._lock:
                self._process = started
                if not request.wanted:  # whoever abandoned it a moment ago found no process to kill
                    started.kill()
        process = self._process
        assert process.stdin
        assert process.stdout
        write_message(process.stdin, *request.parts)
        return read_message(process.stdout)


@cache
def shared_worker() -> RecognizerWorker:
    """The one worker of this process."""
    worker = RecognizerWorker()
    atexit.register(worker.kill)
    return worker


def _start() -> subprocess.Popen[bytes]:
    # The same packages as here, and nothing from the folder that the server happens to run in (-P).
    packages = [str(Path(*runtime.__path__).parent), *filter(None, sys.path)]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "runtime.providers.local.recognizer_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(packages)},
    )


def _close(pipe: IO[bytes] | None) -> None:
    with suppress(OSError):  # what was not sent yet has nowhere to go
        if pipe:
            pipe.close()
