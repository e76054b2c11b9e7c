"""What was sent in a room in the last minutes, as this process knows it: marks, no texts.

Every post reads only what was logged since the last one. Sequences have no gap and commit in
order, so nothing can come in behind what was read.
"""

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from rooms.eventlog.models import Room
from rooms.messages.models import Message, MessageBody, VaultedBody
from rooms.moderation.screening import Recent
from rooms.moderation.similarity import mark, sketch

AGE = timedelta(minutes=10)
KEPT = 2000
"""Messages of a room that are remembered."""
AT_FIRST = 500
"""Messages that are read when a room is met for the first time."""
ROOMS = 500
"""Rooms that are remembered; the one that was silent longest is forgotten."""


class _Memory:
    """The recent messages of one room, the oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: deque[Recent] = deque(maxlen=KEPT)
        self._number = 0

    def up_to(self, room: Room, now: datetime) -> list[Recent]:
        """Read what is new, forget what is old, and return all, the newest first."""
        with self._lock:
            self._read(room, now)
            while self._messages and now - self._messages[0].at > AGE:
                self._messages.popleft()
            return list(reversed(self._messages))

    def _read(self, room: Room, now: datetime) -> None:
        sent = Message.objects.filter(room=room, number__gt=self._number, at__gt=now - AGE)
        rows = sent.annotate(text=Coalesce(_text_in(MessageBody), _text_in(VaultedBody)))
        found = rows.values_list("number", "at", "author_id", "text").order_by("-number")
        for number, at, author, text in reversed(found[: KEPT if self._number else AT_FIRST]):
            self._messages.append(Recent(at, author, mark(text or ""), sketch(text or "")))
            self._number = number


_rooms: OrderedDict[tuple[int, str], _Memory] = OrderedDict()
_lock = threading.Lock()


def recent_messages(room: Room, now: datetime) -> list[Recent]:
    """Return what was sent in a room within :data:`AGE`, the newest first."""
    key = room.pk, room.epoch
    with _lock:
        memory = _rooms.pop(key, None) or _Memory()
        _rooms[key] = memory
        if len(_rooms) > ROOMS:
            _rooms.popitem(last=False)
    return memory.up_to(room, now)


def _text_in(model: type[MessageBody] | type[VaultedBody]) -> Subquery:
    bodies = model.objects.filter(room=OuterRef("room"), number=OuterRef("number"))
    return Subquery(bodies.order_by("-revision").values("text")[:1])
