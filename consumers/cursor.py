"""Where a reader stands in a room's log, and what to do with events that come in any order."""

from collections.abc import Iterable
from enum import Enum
from typing import Generic, TypeVar

T = TypeVar("T")


class Step(Enum):
    """What a reader does next."""

    DELIVER = "deliver"
    """The next event is at hand."""
    DROP = "drop"
    """Nothing new: everything offered was seen before."""
    FILL = "fill"
    """Events between the cursor and what was offered are missing: read them from the log."""
    RESYNC = "resync"
    """The log is another one, or shorter than what was seen: start again from its state."""


def resume(*, epoch: str, after: int, log_epoch: str, head: int) -> Step:
    """Decide how a reader who has seen everything up to ``after`` gets to ``head``."""
    if epoch != log_epoch or after > head:
        return Step.RESYNC
    return Step.FILL if after < head else Step.DROP


class Cursor(Generic[T]):
    """Puts events in order: each sequence is taken exactly once, and without a gap.

    Events may be offered late, twice, in any order, or not at all. What comes ahead of a
    gap is kept, at most ``room_ahead`` events of it; the rest is read from the log later.
    """

    def __init__(self, epoch: str, seq: int, *, room_ahead: int = 1024) -> None:
        self.epoch = epoch
        self.seq = seq
        self._known = seq
        self._ahead: dict[int, T] = {}
        self._room_ahead = room_ahead

    @property
    def step(self) -> Step:
        """Return what to do with what is at hand and what is known to exist."""
        if self.seq + 1 in self._ahead:
            return Step.DELIVER
        return Step.FILL if self._known > self.seq else Step.DROP

    def offer(self, epoch: str, events: Iterable[tuple[int, T]]) -> Step:
        """Keep the events that were not taken yet."""
        if epoch != self.epoch:
            return Step.RESYNC
        for seq, event in events:
            self._known = max(self._known, seq)
            if self.seq < seq <= self.seq + self._room_ahead:
                self._ahead.setdefault(seq, event)
        return self.step

    def notice(self, epoch: str, head: int, *, seq_before: int) -> Step:
        """Compare with the log's head, read when the cursor stood at ``seq_before``."""
        if epoch != self.epoch or head < seq_before:
            return Step.RESYNC
        self._known = max(self._known, head)
        return self.step

    def take(self, limit: int) -> list[T]:
        """Return the next events in order, at most ``limit``, and move behind them."""
        taken: list[T] = []
        while len(taken) < limit and self.seq + 1 in self._ahead:
            self.seq += 1
            taken.append(self._ahead.pop(self.seq))
        return taken
