"""Letting sockets go when a server stops. uvicorn closes its sockets by itself; Daphne does not."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any


def before_daphne_stops(work: Callable[[], Awaitable[None]]) -> None:
    """Have Daphne wait for ``work`` before it stops; does nothing under another server.

    Daphne means to cancel its applications then, and fails if anybody connected within
    the last second.
    """
    reactor: Any = sys.modules.get("twisted.internet.reactor")
    if reactor is None or not reactor.running:
        return
    from twisted.internet.defer import Deferred

    def begin() -> Any:
        return Deferred.fromFuture(asyncio.ensure_future(work()))

    reactor.addSystemEventTrigger("before", "shutdown", begin)
