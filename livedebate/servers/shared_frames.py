"""Frames that are made once for many sockets, in uvicorn's WebSocket protocol.

The application is told by an extension of its scope and needs no other change: with any other
protocol, or another server, every frame is sent by ASGI's ``websocket.send``.
"""

import asyncio
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import (
    PerMessageDeflate,
    ServerPerMessageDeflateFactory,
)

from consumers.pushes import EXTENSION, WINDOW_BITS, Frame


class Inbox:
    """What ``asyncio.Queue`` does for one reader, with a tenth of its memory.

    There is one for each socket, and nearly all of them are empty nearly always.
    """

    __slots__ = ("_items", "_waiting")

    def __init__(self) -> None:
        self._items: list[Any] = []
        self._waiting: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        return not self._items

    def put_nowait(self, item: Any) -> None:
        self._items.append(item)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    async def get(self) -> Any:
        while not self._items:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
        self._waiting = None
        return self._items.pop(0)


class SharedFrames(WebSocketsSansIOProtocol):
    """Compresses without context: one frame fits all sockets, and none keeps memory for it.

    Nor for the head of its handshake, once that is over.
    """

    # What writing a frame reads of a socket stands side by side: with a thousand sockets, fetching
    # it from memory takes longer than the work.
    __slots__ = ("_deflates", "_takes", "_way_out")
    _deflates: bool
    _takes: bool
    _way_out: asyncio.Transport

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = Inbox()  # type: ignore[assignment]
        self._takes = False
        self._has_head = True
        if self.config.ws_per_message_deflate:
            self.conn.available_extensions = [
                ServerPerMessageDeflateFactory(
                    server_no_context_takeover=True,
                    client_no_context_takeover=True,
                    compress_settings={"memLevel": 5},
                )
            ]

    async def run_asgi(self) -> None:
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[EXTENSION] = self.write_frame
        await super().run_asgi()

    async def send(self, message: Any) -> None:
        await super().send(message)
        if self._has_head and self.handshake_complete:
            self._has_head = False
            # What reads the socket has a hold on the request, for as long as it is open.
            self.request.headers.clear()
            del self.request, self.response
            self.scope["headers"] = []
            self._deflates = self._takes_deflated()
            self._way_out = self.transport
        self._note_what_it_takes()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._note_what_it_takes()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._note_what_it_takes()

    def write_frame(self, frame: Frame) -> bool:
        """Write a frame if the socket takes it without waiting; tell whether it did."""
        if not self._takes or self._way_out.is_closing():
            return False
        self._way_out.write(frame.deflated if self._deflates else frame.plain)
        return True

    def _note_what_it_takes(self) -> None:
        """Note whether a frame may be written: after the handshake, not to one who does not keep
        up, and no more after a close.

        Whatever else ends a socket, a close from the other side or a broken frame, closes the
        transport as well.
        """
        self._takes = not self._has_head and self.writable.is_set() and not self.close_sent

    def _takes_deflated(self) -> bool:
        return any(
            isinstance(extension, PerMessageDeflate)
            and extension.local_max_window_bits >= WINDOW_BITS
            for extension in self.conn.extensions
        )
