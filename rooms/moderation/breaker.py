"""A circuit breaker: it stops asking a service that fails, and tries again later."""

import threading
import time
from collections.abc import Callable

FAILURES = 5
"""Failures in a row that open it."""
PAUSE = 10.0
"""Seconds between two tries while it is open."""


class Breaker:
    """Says whether a service may be asked. Used by many threads.

    Open, it lets one try through every :data:`PAUSE` seconds; the first success closes it.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._next_try = 0.0

    @property
    def is_open(self) -> bool:
        return self._failures >= FAILURES

    def may_ask(self) -> bool:
        """Tell whether to ask now. Whoever is told so reports a success or a failure."""
        with self._lock:
            now = self._clock()
            if not self.is_open:
                return True
            if now < self._next_try:
                return False
            self._next_try = now + PAUSE
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._next_try = self._clock() + PAUSE
