"""How many frames and how many sockets one client may have.

Never by address alone: a whole hall may share one.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from enum import Enum

RATE = 100
"""Frames a second that a connection may send for as long as it likes."""
BURST = 200
"""Frames that may come at once, and refusals after which the connection is closed."""
RESUME = 20
"""Frames that a resume counts as: it has the log looked at, and a window of it sent again."""
SOCKETS_EACH = 12
"""Sockets of one session, and of one participant, in one process."""


class Pace(Enum):
    FINE = "fine"
    SLOW_DOWN = "slow_down"
    CLOSE = "close"


class FrameThrottle:
    """A leaky bucket: above the rate frames are refused, and one who goes on is closed."""

    def __init__(self, now: float) -> None:
        self._level = 0.0
        self._at = now
        self._refused = 0

    def take(self, now: float, cost: int = 1) -> Pace:
        """Count a frame, as so many, and tell what to do with it."""
        self._level = max(0.0, self._level - (now - self._at) * RATE)
        self._at = now
        if self._level == 0.0:
            self._refused = 0
        if self._level + cost <= BURST:
            self._level += cost
            return Pace.FINE
        self._refused += 1
        return Pace.SLOW_DOWN if self._refused <= BURST else Pace.CLOSE

    @property
    def retry_after(self) -> float:
        """Return the seconds until half of a burst fits again."""
        return BURST / 2 / RATE


class SocketLimit:
    """Counts the sockets of this process by whom they belong to."""

    def __init__(self) -> None:
        self._open: Counter[Hashable] = Counter()

    def enter(self, owners: Iterable[Hashable]) -> bool:
        """Count a socket under all its owners, unless one of them has too many."""
        owners = tuple(owners)
        if any(self._open[owner] >= SOCKETS_EACH for owner in owners):
            return False
        self._open.update(owners)
        return True

    def leave(self, owners: Iterable[Hashable]) -> None:
        """Stop counting a socket."""
        for owner in owners:
            self._open[owner] -= 1
            if self._open[owner] <= 0:
                del self._open[owner]
