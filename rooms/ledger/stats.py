"""What the ledger adds up to, counted by the database."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.expressions import Combinable

from rooms.eventlog.models import Room
from rooms.ledger.models import LedgerEntry
from rooms.messages.models import Message, Side

_TAKES_PLACE = {
    "message.held",
    "message.rejected",
    "message.removed",
    "participant.muted",
    "participant.banned",
}
MEASURES = ~Q(by="author") & (
    Q(type__in=_TAKES_PLACE) | Q(type__in=("message.withheld", "participant.slowed")) & ~Q(basis="")
)
"""Entries that restrict somebody: not what lifts it, nor a second look."""

BY_WHOM = {who: Count("pk", filter=Q(by=who)) for who in ("machine", "moderator")}
FEW = 30
"""Messages of one side below which its rate is mostly chance."""


@dataclass(frozen=True)
class Measures:
    """How often one rule or reason was applied, by the machine and by moderators."""

    basis: str
    machine: int
    moderator: int

    @property
    def total(self) -> int:
        return self.machine + self.moderator


@dataclass(frozen=True)
class SideCount:
    """Of the messages of one declared side: how many were held, how many are taken away now."""

    side: str
    posted: int
    held: int
    gone: int

    @property
    def held_rate(self) -> float:
        """Return the percentage that was held."""
        return 100 * self.held / self.posted

    @property
    def gone_rate(self) -> float:
        """Return the percentage that was not published, or removed by moderators."""
        return 100 * self.gone / self.posted

    @property
    def is_few(self) -> bool:
        return self.posted < FEW


@dataclass(frozen=True)
class Holds:
    """Of what the machine held before publishing: how much people decided on, and published."""

    held: int
    decided: int
    published: int


@dataclass(frozen=True)
class Appeals:
    opened: int
    decided: int
    reversed: int


def measures(entries: QuerySet[LedgerEntry]) -> list[Measures]:
    """Return the measures by rule or reason, the most frequent first."""
    counted = entries.filter(MEASURES).values_list("basis").order_by("basis")
    found = [Measures(*row) for row in counted.annotate(**BY_WHOM)]
    return sorted(found, key=lambda one: -one.total)


def sides(messages: QuerySet[Message]) -> list[SideCount]:
    """Return counts for each declared side, and for messages without one."""
    waited = _entries(Q(type__in=("message.held", "message.withheld")))
    gone = Q(status=Message.Status.REJECTED) | (
        Q(status=Message.Status.REMOVED) & ~Q(decided_by=F("author"))
    )
    rows = messages.values_list("side").order_by("side")
    counted = rows.annotate(
        posted=Count("pk"),
        held=Count("pk", filter=Exists(waited)),
        gone=Count("pk", filter=gone),
    )
    found = {row[0]: SideCount(*row) for row in counted}
    return [found[side] for side in (*Side.values, "") if side in found]


def holds(messages: QuerySet[Message]) -> Holds:
    """Return what became of messages that the machine held before anybody could read them."""
    people = Q(by="moderator")
    approved = Exists(_entries(people & Q(type="message.approved")))
    decided = Exists(_entries(people & Q(type__in=("message.approved", "message.rejected"))))
    held = messages.filter(Exists(_entries(Q(type="message.held"))))
    counts = held.aggregate(
        held=Count("pk"),
        decided=Count("pk", filter=decided),
        published=Count("pk", filter=approved),
    )
    return Holds(**counts)


def median_wait(entries: QuerySet[LedgerEntry]) -> timedelta | None:
    """Return how long a message waits for a decision, once held or reported: the median."""
    return median(entries, F("waited"))


def median(rows: QuerySet[Any], time: Combinable) -> timedelta | None:
    """Return the median of a time over those rows that have it; None where none has."""
    timed = rows.annotate(time=ExpressionWrapper(time, DurationField()))
    timed = timed.filter(time__isnull=False).order_by("time")
    count = timed.count()
    middle = list(timed.values_list("time", flat=True)[max(0, (count - 1) // 2) : count // 2 + 1])
    return sum(middle, timedelta(0)) / len(middle) if middle else None


def appeals(entries: QuerySet[LedgerEntry]) -> Appeals:
    """Return how many decisions were contested, and how many of these appeals succeeded."""
    decided = Q(type="appeal.decided")
    counts = entries.aggregate(
        opened=Count("pk", filter=Q(type="appeal.opened")),
        decided=Count("pk", filter=decided),
        reversed=Count("pk", filter=decided & Q(basis="reversed")),
    )
    return Appeals(**counts)


def in_room(room: Room | None) -> Q:
    """Return what narrows entries or messages to a room, or to all that everybody may read."""
    return Q(room=room) if room is not None else Q(room__access=Room.Access.OPEN)


def _entries(which: Q) -> QuerySet[LedgerEntry]:
    """Return the entries about a message in an outer query."""
    about = LedgerEntry.objects.filter(room=OuterRef("room"), message=OuterRef("number"))
    return about.filter(which)
