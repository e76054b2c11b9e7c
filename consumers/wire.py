"""Writing to one socket without letting it hold up the others."""

import asyncio
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

from consumers.pushes import Frame

Send = Callable[[Any], Awaitable[None]]
Write = Callable[[Frame], bool]


class Wire:
    """The sending side of a socket. A send that fails means that nobody is there any more.

    ``write`` puts a frame on the socket at once, and tells whether it took it.
    """

    __slots__ = ("_blocked", "_is_open", "_send", "_write", "gone")

    def __init__(self, send: Send, write: Write | None = None) -> None:
        self._send = send
        self._write = write
        self._blocked: asyncio.Task[None] | None = None
        self._is_open = False
        self.gone = False

    @property
    def is_free(self) -> bool:
        """Tell whether :meth:`send_now` may be called: nothing is on its way out."""
        return not self.gone and (self._blocked is None or self._blocked.done())

    def send_now(self, frame: Frame) -> None:
        """Send without waiting. A socket that cannot take it at once is not free until it has."""
        if self._write is None or not self._write(frame):
            self._blocked = start(self._try(frame.text))

    async def accept(self) -> None:
        """Complete the handshake."""
        self._is_open = True
        await self._guarded({"type": "websocket.accept"})

    async def send(self, frame: Frame) -> None:
        """Send, waiting until the socket takes it. What is sent meanwhile comes after it."""
        await self.drain()
        if not self.gone:
            self.send_now(frame)
            await self.drain()

    async def drain(self) -> None:
        """Wait until what is on its way out was taken."""
        while self._blocked is not None and not self._blocked.done():
            await asyncio.wait([self._blocked])

    async def close(self, code: int) -> None:
        """Close the socket; nothing is sent after that.

        One that is not open yet is opened first: by a handshake that is rejected (403) nobody is
        told the code, and who was only to come back takes it for an answer.
        """
        if not self._is_open:
            await self.accept()
        if not self.gone:
            self.gone = True
            await self._guarded({"type": "websocket.close", "code": int(code)})

    async def _try(self, text: str) -> None:
        await self._guarded({"type": "websocket.send", "text": text})

    async def _guarded(self, message: dict[str, Any]) -> None:
        try:
            await self._send(message)
        except (OSError, RuntimeError):
            # The server's ways of saying that the client left, or that it has just been closed.
            self.gone = True


def start(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run a coroutine until it first has to wait; return a task for the rest of it, if any.

    Most sends only copy into a buffer. A task for each would cost several times as much.
    """
    try:
        waiting_for = work.send(None)
    except StopIteration:
        return None
    return asyncio.ensure_future(_finish(work, waiting_for))


@types.coroutine
def _finish(work: Coroutine[Any, Any, None], waiting_for: Any) -> Generator[Any, Any, None]:
    while True:
        try:
            try:
                value = yield waiting_for
            except BaseException as error:
                waiting_for = work.throw(error)
            else:
                waiting_for = work.send(value)
        except StopIteration:
            return
