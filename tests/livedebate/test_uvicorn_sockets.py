"""What uvicorn's sockets do where no client can tell for sure: on a transport that says all."""

import asyncio
import socket
from typing import Any

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from consumers.close_codes import CloseCode
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
        self.ended.set_result("closed")

    def abort(self) -> None:
        self.ended.set_result("aborted")


async def test_one_who_goes_on_has_time_to_read_why_it_was_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An end while they still send would take the reason away, before they have read it."""
    monkeypatch.setattr(limits, "LINGER", 0.0)
    told = asyncio.Event()

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await receive()
        await send({"type": "websocket.close", "code": CloseCode.TOO_FAST})
        told.set()
        await asyncio.Event().wait()

    with socket.socket() as unconnected:
        sockets, transport = Sockets(Config(application), ServerState(), {}), Transport(unconnected)
        sockets.connection_made(transport)
        sockets.data_received(HANDSHAKE)
        frame = Frame(Opcode.TEXT, b"{}").serialize(mask=True)
        sockets.data_received(frame)
        await told.wait()
        sockets.data_received(frame * 2 * BURST)
        assert CloseCode.TOO_FAST.to_bytes(2, "big") in transport.written
        assert not transport.ended.done() and not transport.is_read
        assert await transport.ended == "aborted"
        for task in sockets.tasks:
            task.cancel()
