"""Decisions over time: how many by the machine, how many by moderators, hour by hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min, QuerySet
from django.db.models.functions import Trunc
from django.utils import timezone

from rooms.ledger.models import LedgerEntry
from rooms.ledger.stats import BY_WHOM

BINS = 72
"""Bars that one plot has room for."""


@dataclass(frozen=True)
class Bin:
    """One bar: what was decided in the hour, day or month that begins at ``start``."""

    start: datetime
    machine: int
    moderator: int

    @property
    def total(self) -> int:
        return self.machine + self.moderator


@dataclass(frozen=True)
class Timeline:
    """Bars without a gap from the first decision to the last, each an hour, a day or a month."""

    unit: str
    bins: list[Bin]

    @property
    def highest(self) -> int:
        return max((one.total for one in self.bins), default=0)


def timeline(entries: QuerySet[LedgerEntry]) -> Timeline:
    """Return the decisions of moderators and of the machine over time; the last of very many."""
    decisions = entries.filter(by__in=("machine", "moderator"))
    span = decisions.aggregate(first=Min("at"), last=Max("at"))
    if span["first"] is None:
        return Timeline("hour", [])
    unit = _unit(span["last"] - span["first"])
    rows = decisions.annotate(start=Trunc("at", unit)).values_list("start").order_by("start")
    found = {row[0]: Bin(*row) for row in rows.annotate(**BY_WHOM)}
    bins, start = [], min(found)
    while start <= max(found):
        bins.append(found.get(start, Bin(start, 0, 0)))
        start = _following(start, unit)
    return Timeline(unit, bins[-BINS:])


def _unit(span: timedelta) -> str:
    if span <= timedelta(hours=BINS - 1):
        return "hour"
    return "day" if span <= timedelta(days=BINS - 1) else "month"


def _following(start: datetime, unit: str) -> datetime:
    """Return when the next bar begins; a day may have 23 or 25 hours where clocks change."""
    if unit == "hour":
        return timezone.localtime(start + timedelta(hours=1))
    local = timezone.localtime(start)
    days = timedelta(days=1 if unit == "day" else 32)
    midnight = (local + days).replace(hour=0, tzinfo=None)
    if unit == "month":
        midnight = midnight.replace(day=1)
    return timezone.make_aware(midnight)
