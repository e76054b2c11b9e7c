"""A link in a thread of its own, for tests and fixtures that are not asynchronous."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from tests.faults.link import Link

T = TypeVar("T")


class Proxy:
    """Forwards to a port; can be cut (connections refused and reset) and frozen (nothing moves)."""

    def __init__(self, target: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._link = Link(target)
        asyncio.run_coroutine_threadsafe(self._link.start(), self._loop).result()
        self.port = self._link.port

    @contextlib.contextmanager
    def cut(self) -> Iterator[None]:
        """Reset all connections and refuse new ones."""
        with self._done(self._link.cut):
            yield

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Let nothing through; connections stay open."""
        with self._done(self._link.freeze):
            yield

    def close(self) -> None:
        """End the proxy and its connections."""
        asyncio.run_coroutine_threadsafe(self._link.stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @contextlib.contextmanager
    def _done(self, what: Callable[[], None]) -> Iterator[None]:
        self._call(what)
        try:
            yield
        finally:
            self._call(self._link.heal)

    def _call(self, function: Callable[[], T]) -> T:
        async def run() -> T:
            return function()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()
