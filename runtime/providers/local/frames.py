"""Messages on the pipe between the server and its recogniser: a list of byte strings, each with its length."""

from __future__ import annotations

from struct import Struct
from typing import IO

_NUMBER = Struct("!I")


def write_message(pipe: IO[bytes], *parts: bytes) -> None:
    """Write one message and flush it. Raises OSError when nobody reads."""
    pipe.write(_NUMBER.pack(len(parts)))
    for part in parts:
        pipe.write(_NUMBER.pack(len(part)))
        pipe.write(part)
    pipe.flush()


def read_message(pipe: IO[bytes]) -> list[bytes]:
    """Read one message. Raises EOFError when the pipe ends before it is whole."""
    count = _NUMBER.unpack(_read(pipe, _NUMBER.size))[0]
    return [_read(pipe, _NUMBER.unpack(_read(pipe, _NUMBER.size))[0]) for _ in range(count)]


def _read(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data
