"""What uvicorn's sockets do where no client can tell for sure: on a transport that says all."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from consumers.close_codes import CloseCode
from consumers.pushes import WORTH_IT, PushFrame
from consumers.throttle import BURST
from livedebate.servers import limits
from livedebate.servers.uvicorn import Sockets

HANDSHAKE = (
    b"GET /ws/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


class Transport(asyncio.Transport):
    """Writes down what is done to it."""

    def __init__(self, socket: socket.socket) -> None:
        super().__init__({"socket": socket})
        self.written = b""
        self.is_read = True
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def pause_reading(self) -> None:
        self.is_read = False

    def resume_reading(self) -> None:
        self.is_read = True

    def is_closing(self) -> bool:
        return self.ended.done()

    def close(self) -> None:
        if not self.ended.done():
            self.ended.set_result("closed")

    def abort(self) -> None:
        self.ended.set_result("aborted")


class Open:
    """A socket whose application does what a test tells it to."""

    def __init__(self, unconnected: socket.socket) -> None:
        self._orders: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._done = asyncio.Event()
        config = Config(self._application, interface="asgi3")
        self.sockets = Sockets(config, ServerState(), {})
        self.transport = Transport(unconnected)
        self.sockets.connection_made(self.transport)
        self.sockets.data_received(HANDSHAKE)

    async def _application(self, _scope: Any, receive: Any, send: Any) -> None:
        while True:
            message = await self._orders.get()
            await (send(message) if message else receive())
            self._done.set()

    async def receive(self) -> None:
        """Let the application receive something; return once it has."""
        await self.send()

    async def send(self, **message: Any) -> None:
        """Let the application send something; return once it has."""
        self._done.clear()
        self._orders.put_nowait(message)
        await self._done.wait()

    def takes(self) -> bool:
        """Tell whether a frame is taken; what is taken must be written, and nothing else."""
        before, frame = self.transport.written, PushFrame("x" * WORTH_IT, (1, WORTH_IT))
        taken = self.sockets.write_frame(frame)
        written = self.transport.written.removeprefix(before)
        assert written in ((frame.plain, frame.deflated) if taken else (b"",))
        return taken

    def stop(self) -> None:
        self.sockets.stop_keepalive()
        for task in self.sockets.tasks:
            task.cancel()


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    with socket.socket() as unconnected:
        one = Open(unconnected)
        await one.receive()
        yield one
        one.stop()


async def test_frames_are_written_from_the_handshake_to_the_close(opened: Open) -> None:
    assert not opened.takes()
    opened.sockets.resume_writing()
    assert not opened.takes()
    await opened.send(type="websocket.accept")
    assert opened.takes()
    await opened.send(type="websocket.close", code=1000)
    assert not opened.takes()
    opened.sockets.pause_writing()
    opened.sockets.resume_writing()
    assert not opened.takes()


async def test_nothing_more_is_written_to_one_who_does_not_keep_up(opened: Open) -> None:
    await opened.send(type="websocket.accept")
    opened.sockets.pause_writing()
    assert not opened.takes()
    opened.sockets.resume_writing()
    assert opened.takes()


@pytest.mark.parametrize(
    "last",
    [
        Frame(Opcode.CLOSE, (1000).to_bytes(2, "big")).serialize(mask=True),
        Frame(Opcode.TEXT, b"not masked").serialize(mask=False),
        Frame(Opcode.PING, b"").serialize(mask=True)
        + Frame(Opcode.TEXT, b"\xff").serialize(mask=True)
        + Frame(Opcode.CLOSE, (1000).to_bytes(2, "big")).serialize(mask=True),
    ],
    ids=["a close", "a broken frame", "a broken message and a close"],
)
async def test_nothing_is_written_after_what_ends_a_socket(opened: Open, last: bytes) -> None:
    await opened.send(type="websocket.accept")
    opened.sockets.data_received(last)
    assert not opened.takes()
    opened.sockets.resume_writing()
    assert not opened.takes()


async def test_nothing_is_written_to_one_who_was_refused(opened: Open) -> None:
    await opened.send(type="websocket.close", code=1000)
    assert b"403" in opened.transport.written
    assert not opened.takes()


async def test_one_who_goes_on_has_time_to_read_why_it_was_closed(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An end while they still send would take the reason away, before they have read it."""
    monkeypatch.setattr(limits, "LINGER", 0.0)
    await opened.send(type="websocket.accept")
    frame = Frame(Opcode.TEXT, b"{}").serialize(mask=True)
    opened.sockets.data_received(frame)
    await opened.receive()
    await opened.send(type="websocket.close", code=CloseCode.TOO_FAST)
    opened.sockets.data_received(frame * 2 * BURST)
    assert CloseCode.TOO_FAST.to_bytes(2, "big") in opened.transport.written
    assert not opened.transport.ended.done() and not opened.transport.is_read
    assert await opened.transport.ended == "aborted"
