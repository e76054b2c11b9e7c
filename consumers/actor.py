"""Who acts at a socket, as the session says at the moment of acting. Uses the database."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from consumers.visitors import Visitor, read_rooms, visitors
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.people.models import Participant

T = TypeVar("T")

FRESH = 1.0
"""Seconds for which a look at the session counts: once it has ended, it writes no longer."""


class SessionEnded(Exception):
    """The person at a socket is not who they were when it was opened."""


class Actor:
    """The person at one socket. Used by one thread at a time.

    ``participant`` is the number of who sat down there, None for a stranger. Who only reads, as
    nearly all do, is not looked up: a socket keeps no more of them.
    """

    def __init__(self, session_key: str, room_id: int, participant: int | None) -> None:
        self.session_key = session_key
        self.room_id = room_id
        self._participant = participant
        self._visitor: Visitor | None = None
        self._looked_at = 0.0
        self._has_ended = False

    @property
    def is_known(self) -> bool:
        """Tell whether the last look still counts. A stranger may just have joined."""
        is_fresh = time.monotonic() - self._looked_at <= FRESH
        return is_fresh and self._participant is not None and not self._has_ended

    def act(self, call: Callable[[Room, Participant], T]) -> T:
        """Do something in the room; raises ``Refused`` or ``SessionEnded``."""
        look([self])
        return self.act_as_seen(call)

    def act_as_seen(self, call: Callable[[Room, Participant], T]) -> T:
        """Do something in the room as :func:`act` does, right after :func:`look`."""
        if self._has_ended or self._visitor is None:
            raise SessionEnded
        if self._visitor.participant is None:
            raise Refused(Code.FORBIDDEN)
        return call(self._visitor.room, self._visitor.participant)

    def see(self, visitor: Visitor | None) -> None:
        """Take note of who is at the socket now."""
        now = visitor.participant.pk if visitor and visitor.participant else None
        self._has_ended = visitor is None or self._participant not in (None, now)
        if visitor is not None and not self._has_ended:
            self._participant = now
            self._visitor = visitor
            self._looked_at = time.monotonic()

    def see_room(self, room: Room) -> None:
        """Take note of the room as it is now."""
        if self._visitor is not None:
            self._visitor = replace(self._visitor, room=room)


def look(actors: Sequence[Actor]) -> None:
    """Look at the rooms, and at those whose last look counts no more: all together."""
    rooms = read_rooms({actor.room_id for actor in actors})
    due = [actor for actor in actors if not actor.is_known]
    seen = visitors([(rooms.get(actor.room_id), actor.session_key) for actor in due])
    for actor, visitor in zip(due, seen, strict=True):
        actor.see(visitor)
    for actor in actors:
        if room := rooms.get(actor.room_id):
            actor.see_room(room)
