from __future__ import annotations

import io

import pytest

from runtime.providers.local.frames import read_message, write_message


def test_messages_come_out_as_they_went_in() -> None:
    pipe = io.BytesIO()
    write_message(pipe, b"{}", b"", b"\0" * 100_000)
    write_message(pipe)
    write_message(pipe, b"next")
    pipe.seek(0)

    assert read_message(pipe) == [b"{}", b"", b"\0" * 100_000]
    assert read_message(pipe) == []
    assert read_message(pipe) == [b"next"]


@pytest.mark.parametrize("kept", [0, 3, 6, 10])
def test_a_message_that_ends_too_early_is_the_end(kept: int) -> None:
    pipe = io.BytesIO()
    write_message(pipe, b"abc", b"defg")

    with pytest.raises(EOFError):
        read_message(io.BytesIO(pipe.getvalue()[:kept]))
