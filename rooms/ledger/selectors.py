"""Reading the ledger for its pages."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from rooms.eventlog.models import Event, Room
from rooms.ledger.models import LedgerEntry
from rooms.ledger.records import logged, public_record
from rooms.ledger.stats import in_room
from rooms.messages.models import Message

PAGE = 50


@dataclass(frozen=True)
class Line:
    """An entry with its public record. ``why`` is a rule or a reason.

    ``stands_at``: where in the log its message has a line. ``key``: what the next page begins
    after.
    """

    key: int
    room: Room
    record: dict[str, Any]
    at: datetime
    why: str
    waited: timedelta | None
    digest: str
    stands_at: int | None


def entries_of(room: Room | None) -> QuerySet[LedgerEntry]:
    """Return a room's entries; None: those of all rooms that everybody may read."""
    return LedgerEntry.objects.filter(in_room(room))


def messages_of(room: Room | None) -> QuerySet[Message]:
    """Return a room's messages; None: those of all rooms that everybody may read."""
    return Message.objects.filter(in_room(room))


def sealed_rooms() -> Any:
    """Return the rooms that everybody may read and that have entries, the latest first.

    Each with ``entry_count`` and ``sealed_by``, the digest of its last entry.
    """
    last = LedgerEntry.objects.filter(room=OuterRef("pk")).order_by("-seq").values("digest")[:1]
    public = Room.objects.filter(access=Room.Access.OPEN)
    counted = public.annotate(entry_count=Count("ledger"), last=Max("ledger__at"))
    found = counted.filter(entry_count__gt=0).annotate(sealed_by=Subquery(last))
    return found.order_by("-last")


def lines(room: Room | None, *, before: int | None = None, limit: int = PAGE) -> list[Line]:
    """Return the latest entries, newest first; ``before`` is the key of the last one seen."""
    rows = entries_of(room).select_related("room")
    if before is not None:
        rows = rows.filter(seq__lt=before) if room else rows.filter(pk__lt=before)
    found = list(rows.order_by("-seq" if room else "-pk")[:limit])
    events = _events(found)
    places = _places(found)
    return [
        Line(
            key=entry.seq if room else entry.pk,
            room=entry.room,
            record=public_record(logged(events[entry.room_id, entry.seq])),
            at=entry.at,
            why="" if entry.type == "mode.changed" else entry.basis,
            waited=entry.waited,
            digest=entry.digest,
            stands_at=places.get((entry.room_id, entry.message)),
        )
        for entry in found
    ]


def _events(entries: Iterable[LedgerEntry]) -> dict[tuple[int, int], Event]:
    rows = Event.objects.filter(_any_of("seq", ((e.room_id, e.seq) for e in entries)))
    return {(event.room_id, event.seq): event for event in rows}


def _places(entries: Iterable[LedgerEntry]) -> dict[tuple[int, int | None], int | None]:
    numbers = ((e.room_id, e.message) for e in entries if e.message is not None)
    rows = Message.objects.filter(_any_of("number", numbers))
    return {(message.room_id, message.number): message.published_seq for message in rows}


def _any_of(name: str, pairs: Iterable[tuple[int, int]]) -> Q:
    """Return what finds the rows of some rooms, each by its own numbers."""
    by_room: dict[int, list[int]] = defaultdict(list)
    for room_id, number in pairs:
        by_room[room_id].append(number)
    wanted = [Q(room=room_id, **{f"{name}__in": some}) for room_id, some in by_room.items()]
    return reduce(or_, wanted, Q(pk=None))
