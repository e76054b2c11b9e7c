"""Which rooms everybody may find."""

from django.db.models import F, QuerySet

from rooms.eventlog.models import Room


def live_rooms() -> QuerySet[Room]:
    """Return the public rooms that take messages now, those that close first first."""
    return _public(Room.Status.OPEN).order_by(F("closes_at").asc(nulls_last=True), "-opens_at")


def coming_rooms() -> QuerySet[Room]:
    """Return the public rooms that have not opened yet, the next one first."""
    return _public(Room.Status.SCHEDULED).order_by(F("opens_at").asc(nulls_last=True))


def ended_rooms() -> QuerySet[Room]:
    """Return the public rooms that are closed, the last one first."""
    return _public(Room.Status.CLOSED).order_by(F("closes_at").desc(nulls_last=True))


def _public(status: str) -> QuerySet[Room]:
    kinds = (Room.Kind.DEBATE, Room.Kind.ACTION)
    return Room.objects.filter(access=Room.Access.OPEN, status=status, kind__in=kinds)
