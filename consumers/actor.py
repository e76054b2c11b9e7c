"""Who acts at a socket, as the session says at the moment of acting. Uses the database."""

import time
from collections.abc import Callable
from typing import TypeVar

from consumers.visitors import Visitor, look_again
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.people.models import Participant

T = TypeVar("T")

FRESH = 1.0
"""Seconds for which a look at the session counts: once it has ended, it writes no longer."""


class SessionEnded(Exception):
    """The person at a socket is not who they were when it was opened."""


class Actor:
    """The person at one socket. Used by one thread at a time."""

    def __init__(self, session_key: str, visitor: Visitor) -> None:
        self._session_key = session_key
        self._visitor = visitor
        self._looked_at = time.monotonic()

    @property
    def room_id(self) -> int:
        return self._visitor.room.pk

    def act(self, call: Callable[[Room, Participant], T]) -> T:
        """Do something in the room; raises ``Refused`` or ``SessionEnded``."""
        is_fresh = time.monotonic() - self._looked_at <= FRESH
        if not is_fresh or self._visitor.participant is None:  # who may just have joined
            self._look()
        if self._visitor.participant is None:
            raise Refused(Code.FORBIDDEN)
        return call(self._visitor.room, self._visitor.participant)

    def forget(self) -> None:
        """Look at the session and the room anew next time."""
        self._looked_at = 0.0

    def _look(self) -> None:
        (visitor,) = look_again(self._visitor.room.pk, [self._session_key])
        known = self._visitor.participant
        now = visitor.participant if visitor else None
        if visitor is None or (known and (now is None or now.pk != known.pk)):
            raise SessionEnded
        self._visitor = visitor
        self._looked_at = time.monotonic()
