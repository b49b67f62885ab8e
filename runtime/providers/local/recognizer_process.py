"""The recogniser's process: `python -m runtime.providers.local.recognizer_process`.

Decoding holds the interpreter for tenths of a second and needs 150 MB, so it has a process of its own. It takes
messages on standard input and answers each on standard output, and ends when the input does, which it does when the
server is gone, however that came about. It imports neither the server's nor any network code.

A request is [JSON {format, sample_rate}, PhraseBook or empty, audio]; an answer is [JSON {text} or {code, message}].
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from functools import cache
from typing import IO, TYPE_CHECKING

from runtime.errors import ProviderError
from runtime.providers.local.frames import read_message, write_message

if TYPE_CHECKING:
    from runtime.providers.local.sphinx import Sphinx


def main() -> None:
    """Serve the process's own pipes until the server is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process when it drains
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # The libraries print: whatever they say must not get between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    serve(sys.stdin.buffer, answers)


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer each request, in order, until either pipe ends."""
    with suppress(EOFError, OSError):
        while True:
            header, book, audio = read_message(requests)
            write_message(answers, json.dumps(_answer(header, book, audio)).encode())


def _answer(header: bytes, book: bytes, audio: bytes) -> dict[str, str]:
    try:
        return {"text": _transcribe(header, book, audio)}
    except ProviderError as error:
        return {"code": error.code, "message": str(error)}
    except Exception as error:  # noqa: BLE001 - one utterance must not end the process of all sessions
        return {"code": "no_transcription", "message": f"The embedded recogniser failed: {type(error).__name__}."}


def _transcribe(header: bytes, book: bytes, audio: bytes) -> str:
    from runtime.providers.local.decode import decode
    from runtime.providers.local.silence import has_speech

    request = json.loads(header)
    samples = decode(audio, request["format"], request["sample_rate"])
    return _sphinx().recognise(samples, book) if has_speech(samples) else ""


@cache
def _sphinx() -> Sphinx:
    from runtime.providers.local.sphinx import Sphinx

    return Sphinx()


if __name__ == "__main__":
    main()
