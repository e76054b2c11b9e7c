"""Where on the site moderators are waited for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Model, Q

from rooms.eventlog.models import Room
from rooms.messages.models import Message
from rooms.redress.models import Appeal, Notice, Report

LISTED = 50
"""Rooms that are listed, those first that have waited longest."""


@dataclass
class Waiting:
    """What waits in one room, and since when."""

    room: Room
    since: datetime
    held: int = 0
    reports: int = 0
    notices: int = 0
    appeals: int = 0


_QUEUES: tuple[tuple[str, type[Model], dict[str, str], str], ...] = (
    ("held", Message, {"status": Message.Status.HELD}, "held_at"),
    ("reports", Report, {"outcome": ""}, "at"),
    ("notices", Notice, {"outcome": ""}, "at"),
    ("appeals", Appeal, {"outcome": ""}, "opened_at"),
)


def rooms_waiting(kinds: Iterable[str]) -> list[Waiting]:
    """Return the open rooms and the initiatives in which something waits for a moderator."""
    found: dict[int, Waiting] = {}
    rooms = {room.pk: room for room in _rooms(kinds)}
    for name, model, still_open, since in _QUEUES:
        rows = model._default_manager.filter(room__in=rooms, **still_open)
        for room, count, at in rows.values_list("room").annotate(Count("pk"), Min(since)):
            waiting = found.setdefault(room, Waiting(rooms[room], at))
            waiting.since = min(waiting.since, at)
            setattr(waiting, name, count)
    return sorted(found.values(), key=lambda one: one.since)[:LISTED]


def _rooms(kinds: Iterable[str]) -> list[Room]:
    """Return the rooms of these kinds that the site's moderators may enter, if something waits."""
    waiting: set[int] = set()
    for _name, model, still_open, _since in _QUEUES:
        waiting.update(model._default_manager.filter(**still_open).values_list("room", flat=True))
    entered = Q(access=Room.Access.OPEN) | Q(kind=Room.Kind.INITIATIVE)
    return list(Room.objects.filter(entered, pk__in=waiting, kind__in=list(kinds)))
