"""Daphne's protocols with bounds, put in place of its own before it starts.

Daphne by itself lets a request take for ever, reads on from one who takes no answers, and reads
ahead of the application as far as bytes come.
"""

import time
from typing import Any

from daphne import server
from daphne.http_protocol import HTTPFactory
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import reactor
from twisted.web.http import HTTPChannel

from consumers.throttle import FrameThrottle, Pace
from livedebate.servers import limits

LOOK_AGAIN = 0.01
"""Seconds until it is looked whether the application has heard what came."""

call_later: Any = reactor.callLater


def install() -> None:
    """Let the server that is about to start keep the bounds."""
    server.HTTPFactory = PageFactory
    server.WebSocketFactory = SocketFactory


class Pages(HTTPChannel):  # type: ignore[misc]
    """Requests that have to come whole within a time."""

    _deadline: Any = None

    def connectionMade(self) -> None:
        super().connectionMade()
        limits.bound(self.transport.getHandle())
        self._allow(limits.HEAD)

    def connectionLost(self, reason: Any) -> None:
        self._allow(None)
        super().connectionLost(reason)

    def allHeadersReceived(self) -> None:
        self._allow(limits.REQUEST)
        super().allHeadersReceived()

    def allContentReceived(self) -> None:
        self._allow(None)
        super().allContentReceived()

    def requestDone(self, request: Any) -> None:
        self._allow(limits.HEAD)
        super().requestDone(request)

    def _allow(self, seconds: float | None) -> None:
        """End the connection after some seconds, instead of when it was to end; None: never.

        What is still on its way to a slow reader arrives before the end.
        """
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()
        self._deadline = call_later(seconds, self.loseConnection) if seconds else None


class PageFactory(HTTPFactory):  # type: ignore[misc]
    protocol = Pages


class Sockets(WebSocketProtocol):  # type: ignore[misc]
    """Sockets that are read no faster than they are heard, and no further than they read.

    Frames of which the application hears nothing are counted here, as it counts the others.
    """

    def connectionMade(self) -> None:
        super().connectionMade()
        self.maxMessagePayloadSize: int = min(self.maxMessagePayloadSize, limits.MESSAGE)
        self.maxFramePayloadSize: int = min(self.maxFramePayloadSize, limits.MESSAGE)
        self._unparsed = b""
        self._later: Any = None
        self._waits = False
        self._stuck = False
        self._throttle = FrameThrottle(time.monotonic())
        # The channel of pages was told of a full buffer until now, and would not have minded.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self, True)

    def connectionLost(self, reason: Any = None) -> None:
        self._unparsed = b""
        if self._later is not None and self._later.active():
            self._later.cancel()
        super().connectionLost(reason)

    def onConnect(self, request: Any) -> Any:
        # This application speaks no subprotocol; Daphne fails at names that are not ASCII.
        request.headers.pop("sec-websocket-protocol", None)
        return super().onConnect(request)

    # --- what comes in: a slice at a time, each once the one before was heard ---------------

    def dataReceived(self, data: bytes) -> None:
        self._unparsed += data
        if self._later is None:
            self._parse()

    def _parse(self) -> None:
        self._later = None
        if self._unparsed and self._is_heard:
            part, self._unparsed = self._unparsed[: limits.SLICE], self._unparsed[limits.SLICE :]
            super().dataReceived(part)
        if self._unparsed and self.state != self.STATE_CLOSED:
            self._later = call_later(LOOK_AGAIN, self._parse)
            self._waits = True
            self.transport.pauseProducing()
        elif self._waits and not self._stuck:
            self._waits = False
            self.transport.resumeProducing()

    @property
    def _is_heard(self) -> bool:
        """Tell whether the application has heard all that came, and answered the handshake."""
        if self.state == self.STATE_CONNECTING:
            return not hasattr(self, "handshake_deferred")
        return not self._stuck and self.application_queue.empty()

    def onPing(self, payload: bytes) -> None:
        if self._counts():
            super().onPing(payload)

    def onPong(self, payload: bytes) -> None:
        if self._counts():
            super().onPong(payload)

    def onMessageFrameEnd(self) -> None:
        if self.current_frame.fin or self._counts():
            super().onMessageFrameEnd()

    def _counts(self) -> bool:
        """Count a frame of which the application hears nothing; end a socket with too many."""
        pace = self._throttle.take(time.monotonic())
        if pace is not Pace.FINE:
            self.dropConnection(abort=True)
        return pace is Pace.FINE

    # --- what goes out: nothing is read from one who does not read ----------------------------

    def pauseProducing(self) -> None:
        self._stuck = True
        self.transport.pauseProducing()

    def resumeProducing(self) -> None:
        self._stuck = False
        if self._later is None:
            self.transport.resumeProducing()

    def stopProducing(self) -> None:
        """Nothing to do: the connection is lost."""


class SocketFactory(WebSocketFactory):  # type: ignore[misc]
    protocol = Sockets
