"""Letting a worker go: it says so, then sends its sockets away, then stops.

``/readyz`` turns red at once; for ``settings.STOP_NOTICE`` seconds all goes on, so that a proxy
that asks sees it and sends nobody here any more. uvicorn closes its sockets by itself; Daphne
does not.
"""

import asyncio
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from consumers.close_codes import CloseCode

_asked = threading.Event()


def is_stopping() -> bool:
    """Tell whether this process was asked to stop."""
    return _asked.is_set()


def give_notice(loop: asyncio.AbstractEventLoop, seconds: float) -> None:
    """Have SIGTERM turn ``/readyz`` red first, and reach the server only so much later.

    A second one reaches it at once. Does nothing where no server waits for the signal.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    stop: Any = signal.getsignal(signal.SIGTERM)
    if not callable(stop):
        return

    def notice(number: int, frame: Any) -> None:
        if _asked.is_set() or not seconds:
            _asked.set()
            stop(number, frame)
            return
        _asked.set()
        loop.call_soon_threadsafe(loop.call_later, seconds, stop, number, None)

    signal.signal(signal.SIGTERM, notice)


def before_daphne_stops(work: Callable[[], Awaitable[None]]) -> None:
    """Have Daphne wait for ``work`` before it stops; does nothing under another server.

    Daphne means to cancel its applications then, and fails if anybody connected within
    the last second. They have not yet heard of it when ``work`` is called, but will have as
    soon as it waits.
    """
    reactor: Any = sys.modules.get("twisted.internet.reactor")
    if reactor is None or not reactor.running:
        return
    from twisted.internet.defer import Deferred

    def begin() -> Any:
        _let_daphne_say_restart()
        return Deferred.fromFuture(asyncio.ensure_future(work()))

    reactor.addSystemEventTrigger("before", "shutdown", begin)


def _let_daphne_say_restart() -> None:
    """Let sockets be closed with 1012: to an application, Daphne grants private codes only."""
    from daphne.ws_protocol import WebSocketProtocol

    close = WebSocketProtocol.serverClose

    def server_close(protocol: Any, code: int | None = None) -> None:
        if code == CloseCode.RESTART:
            protocol.sendCloseFrame(code=int(CloseCode.RESTART))
        else:
            close(protocol, code)

    WebSocketProtocol.serverClose = server_close
