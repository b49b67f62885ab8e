import asyncio

import pytest

from runtime import events
from runtime.chat import Usage
from runtime.session import outlet as outlet_module
from runtime.session.outlet import MAX_UNREAD_BYTES, Outlet
from runtime.wire.native_events import encode


class FakeSocket:
    """A socket whose client reads when it is told to."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.unread = 0
        self.aborted = False
        self.read = asyncio.Event()

    def send(self, frame: bytes) -> None:
        self.sent.append(frame)

    def unread_bytes(self) -> int:
        return self.unread

    async def drained(self) -> None:
        await self.read.wait()

    async def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    def abort(self) -> None:
        self.aborted = True


def complete(message_id: str) -> events.ResponseCompleted:
    return events.ResponseCompleted(message_id, "", "", (), False, Usage(), {})


async def test_only_the_response_on_air_is_heard() -> None:
    socket = FakeSocket()
    outlet = Outlet(socket, encode)
    outlet.send(events.TextDelta("m1", "t", "too early"))
    outlet.send(events.ResponseStarted("m1"))
    outlet.send(events.TextDelta("m1", "t", "heard"))
    outlet.send(complete("m1"))
    outlet.send(events.TextDelta("m1", "t", "too late"))
    outlet.send(events.ResponseStarted("m2"))
    outlet.send(events.TextDelta("m1", "t", "of another"))
    assert [b"heard" in frame for frame in socket.sent] == [False, True, False, False]


async def test_what_belongs_to_no_response_always_passes() -> None:
    socket = FakeSocket()
    outlet = Outlet(socket, encode)
    outlet.send(events.Ponged("a"))
    outlet.send(events.Failed("busy", "Wait."))
    assert len(socket.sent) == 2


async def test_a_client_that_lets_too_much_pile_up_is_cut_off() -> None:
    socket = FakeSocket()
    outlet = Outlet(socket, encode)
    socket.unread = MAX_UNREAD_BYTES + 1
    outlet.send(events.Ponged())
    assert socket.aborted


async def test_room_is_there_at_once_while_the_client_keeps_up() -> None:
    socket = FakeSocket()
    await Outlet(socket, encode).room()
    assert not socket.aborted


async def test_a_sender_waits_for_a_slow_client() -> None:
    socket = FakeSocket()
    socket.unread = 1000
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(Outlet(socket, encode).room())
        await asyncio.sleep(0)
        assert not waiting.done()
        socket.read.set()
    assert not socket.aborted


async def test_a_client_that_does_not_read_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlet_module, "READ_TIMEOUT_SECONDS", 0.01)
    socket = FakeSocket()
    socket.unread = 1000
    await Outlet(socket, encode).room()
    assert socket.aborted
