"""uvicorn's protocols with bounds: ``--http livedebate.servers.uvicorn:Pages --ws …:Sockets``.

uvicorn by itself waits for ever for the end of a request, keeps as much of its head as comes,
answers pings of one who does not read them, and never gives up on the last bytes of a socket.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from websockets.exceptions import InvalidState
from websockets.frames import Frame

from consumers.throttle import FrameThrottle, Pace
from livedebate.servers import limits
from livedebate.servers.shared_frames import SharedFrames

TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n"


class Pages(HttpToolsProtocol):
    """Requests that have to come whole within a time, and with a head of a bounded size."""

    _deadline: asyncio.TimerHandle | None = None
    _head: int | None = 0
    """Bytes of the head so far; None while a body is read or an answer is made."""
    _cycles: tuple[Any, ...] = ()
    """Requests that are not answered yet: one who pipelines may have many."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        limits.bound(transport.get_extra_info("socket"))
        self._allow(limits.HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        self._allow(None)
        super().connection_lost(exc)
        # uvicorn tells the last one alone, and the answer to another fails with a traceback.
        for cycle in self._cycles:
            cycle.disconnected = True
            cycle.message_event.set()

    def data_received(self, data: bytes) -> None:
        head = self._head
        if head is None:
            super().data_received(data)
            return
        self._head = head + len(data)
        fits = limits.HEAD_BYTES - head
        super().data_received(data[:fits])
        rest = data[fits:]
        if not rest or self._is_over:
            return
        if self._head is None:
            super().data_received(rest)
        else:
            self.transport.write(TOO_LARGE)
            self.transport.close()

    @property
    def _is_over(self) -> bool:
        """Tell whether nothing more is read here: closed, or a socket from now on."""
        return self.transport.is_closing() or self.transport.get_protocol() is not self

    def on_headers_complete(self) -> None:
        self._head = None
        self._allow(limits.REQUEST)
        super().on_headers_complete()
        if self.cycle is not None:
            waiting = (cycle for cycle in self._cycles if not cycle.response_complete)
            self._cycles = (*waiting, self.cycle)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._allow(None)
        self._expect_another()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._expect_another()

    def _expect_another(self) -> None:
        """Wait for the next request once the last one was read, and answered."""
        done = self.cycle is not None and self.cycle.response_complete and not self.cycle.more_body
        if done and not self.transport.is_closing():
            self._head = 0
            self._allow(limits.HEAD)

    def handle_websocket_upgrade(self) -> None:
        self._allow(None)
        super().handle_websocket_upgrade()

    def _allow(self, seconds: float | None) -> None:
        """End the connection after some seconds, instead of when it was to end; None: never.

        What is still on its way to a slow reader arrives before the end.
        """
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self.transport.close) if seconds else None


class Sockets(SharedFrames):
    """Sockets that are read no faster than they are heard, and no further than they read.

    Frames of which the application hears nothing are counted here, as it counts the others.
    """

    def __init__(self, config: Any, *args: Any, **kwargs: Any) -> None:
        config.ws_max_size = min(config.ws_max_size, limits.MESSAGE)
        super().__init__(config, *args, **kwargs)
        self._unparsed = b""
        self._stuck = False
        self._is_deaf = False
        self._throttle = FrameThrottle(self.loop.time())
        self._last_call: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        limits.bound(self.transport.get_extra_info("socket"))

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._unparsed = b""
        if self._last_call is not None:
            self._last_call.cancel()

    # --- what comes in: a slice at a time, each once the one before was heard ---------------

    def data_received(self, data: bytes) -> None:
        self._unparsed += data
        self._parse()

    def _parse(self) -> None:
        while self._unparsed and self._is_heard:
            part, self._unparsed = self._unparsed[: limits.SLICE], self._unparsed[limits.SLICE :]
            try:
                super().data_received(part)
            except InvalidState:
                # A broken message with a close right behind it: there is nothing left to say.
                self.transport.abort()
            self._refuse_what_is_no_handshake()
        if self._is_deaf or self.transport.is_closing():
            self._unparsed = b""

    @property
    def _is_heard(self) -> bool:
        waits = self.read_paused or self._stuck or self._is_deaf
        return not (waits or self.transport.is_closing())

    async def receive(self) -> Any:
        message = await super().receive()
        self._go_on()
        return message

    def _go_on(self) -> None:
        """Read on, unless the application or the other end does not keep up."""
        if (self._stuck or self._is_deaf) and not self.transport.is_closing():
            self.transport.pause_reading()
        self._parse()

    def handle_ping(self) -> None:
        if self._counts():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def handle_pong(self, event: Frame) -> None:
        if self._counts():
            super().handle_pong(event)

    def handle_cont(self, event: Frame) -> None:
        if self._counts():
            super().handle_cont(event)

    def send_receive_event_to_app(self) -> None:
        if not self.close_sent or self._counts():
            super().send_receive_event_to_app()

    def _counts(self) -> bool:
        """Count a frame of which the application hears nothing; end a socket with too many.

        One who was told already why it ends is not heard any more, and has some time to read it:
        an end with something unread takes away what the other side has not read yet.
        """
        pace = self._throttle.take(self.loop.time())
        if pace is Pace.FINE:
            return True
        if self.close_sent:
            self._is_deaf = True
            self.transport.pause_reading()
            self._linger()
        else:
            self.transport.abort()
        return False

    def _refuse_what_is_no_handshake(self) -> None:
        """Answer a head that passed as a page's and is too large for a socket's."""
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.transport.write(TOO_LARGE)
            self.transport.close()

    # --- what goes out: nothing is read from one who does not read ----------------------------

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = True
        if not self.read_paused:
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stuck = False
        if self._is_heard:
            self.transport.resume_reading()
            self._parse()

    async def send(self, message: Any) -> None:
        await super().send(message)
        self._go_on()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._linger()

    async def run_asgi(self) -> None:
        try:
            await super().run_asgi()
        finally:
            self._linger()

    def _linger(self) -> None:
        """Give what is on its way out some time, not for ever."""
        if self._last_call is None and not self.disconnected:
            self._last_call = self.loop.call_later(limits.LINGER, self.transport.abort)
