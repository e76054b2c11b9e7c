"""The counts of a year that the transparency report is made of."""

from dataclasses import dataclass
from datetime import timedelta

from rooms.ledger.figures import Share

Counts = list[tuple[str, int]]
"""How many of which code, the most frequent first; or of which month, "2026-11", in order."""


@dataclass(frozen=True)
class Notices:
    received: int
    removed: int
    kept: int
    open: int
    automated: int
    by_ground: Counts
    median: timedelta | None


@dataclass(frozen=True)
class Restrictions:
    """Statements of reasons, counted."""

    total: int
    automated: int
    lifted: int
    on_law: int
    found_by_machine: int
    found_by_reports: int
    by_kind: Counts
    by_reason: Counts

    @property
    def found_by_moderators(self) -> int:
        return self.total - self.found_by_machine - self.found_by_reports


@dataclass(frozen=True)
class Appeals:
    opened: int
    upheld: int
    reversed: int
    median: timedelta | None

    @property
    def open(self) -> int:
        return self.opened - self.upheld - self.reversed

    @property
    def rate(self) -> Share:
        return Share(self.reversed, self.upheld + self.reversed)


@dataclass(frozen=True)
class Holds:
    """Messages that the machine held, and what moderators who looked at them decided."""

    held: int
    decided: int
    published: int

    def __add__(self, other: "Holds") -> "Holds":
        return Holds(
            self.held + other.held,
            self.decided + other.decided,
            self.published + other.published,
        )

    @property
    def needless(self) -> Share:
        return Share(self.published, self.decided)

    @property
    def confirmed(self) -> Share:
        return Share(self.decided - self.published, self.decided)


@dataclass(frozen=True)
class People:
    """Who took part, month by month. ``average``: over the months in which somebody did."""

    months: Counts

    @property
    def average(self) -> int:
        counts = [count for _month, count in self.months]
        return round(sum(counts) / len(counts)) if counts else 0
