"""Server-sent events out of bytes that may be cut anywhere (WHATWG HTML §9.2.6).

Only the `data` of an event is of interest: names, ids and retry times are read past.
"""

from __future__ import annotations

MAX_EVENT_BYTES = 8 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_CR, _LF = 13, 10


class EventTooLargeError(Exception):
    """An event is larger than `MAX_EVENT_BYTES`."""


class EventParser:
    """Feed it the body; it gives the data of each event that is complete."""

    __slots__ = ("_after_cr", "_at_start", "_data", "_size", "_tail")

    def __init__(self) -> None:
        self._at_start = True
        self._after_cr = False  # the last byte was a CR, so a LF belongs to it
        self._tail: list[bytes] = []  # of a line that is not complete
        self._data: list[bytes] = []  # of an event that is not complete
        self._size = 0  # bytes fed since the last complete event

    def feed(self, piece: bytes) -> list[bytes]:
        """The events that `piece`, which is not empty, completes. Raises EventTooLargeError."""
        if self._after_cr:
            self._after_cr = False
            if piece[0] == _LF:
                piece = piece[1:]
                if not piece:
                    return []
        last = piece[-1]
        if last in (_LF, _CR):
            self._after_cr = last == _CR
            lines = self._whole(piece).splitlines()
        elif b"\n" in piece or b"\r" in piece:
            lines = self._whole(piece).splitlines()
            self._tail.append(lines.pop())
        else:
            # Joined only when its line is complete, or a long line in small pieces would be copied for each.
            self._tail.append(piece)
            lines = []
        events = self._events(lines) if lines else lines
        self._size = 0 if events else self._size + len(piece)
        if self._size > MAX_EVENT_BYTES:
            raise EventTooLargeError
        return events

    def _whole(self, piece: bytes) -> bytes:
        if not self._tail:
            return piece
        self._tail.append(piece)
        whole = b"".join(self._tail)
        self._tail.clear()
        return whole

    def _events(self, lines: list[bytes]) -> list[bytes]:
        if self._at_start:
            self._at_start = False
            lines[0] = lines[0].removeprefix(_BOM)
        events: list[bytes] = []
        data = self._data
        for line in lines:
            if line.startswith(b"data:"):
                data.append(line[6:] if line.startswith(b"data: ") else line[5:])
            elif not line:
                if data:
                    events.append(data[0] if len(data) == 1 else b"\n".join(data))
                    data.clear()
            elif line == b"data":
                data.append(b"")
        return events
