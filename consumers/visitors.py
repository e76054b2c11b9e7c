"""Who is at a socket: from the session cookie to a room and a participant. Uses the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from consumers.protocol import RoomState, You
from rooms.eventlog.models import Room
from rooms.people.identity import current_account, current_participant
from rooms.people.membership import can_read
from rooms.people.models import Participant
from rooms.people.roles import TABLE


@dataclass(frozen=True)
class Visitor:
    """Somebody who may read a room. ``participant`` is None for one who has not joined."""

    room: Room
    participant: Participant | None


def admit(slug: str, session_key: str) -> Visitor | None:
    """Return who is asking for a room; None if there is no such room or they may not read it."""
    room = Room.objects.filter(slug=slug).first()
    return _visitor(room, session_key) if room else None


def look_again(room_id: int, session_keys: Sequence[str]) -> list[Visitor | None]:
    """Return who is at each session now; None where they may not read the room any more."""
    room = Room.objects.get(pk=room_id)
    return [_visitor(room, session_key) for session_key in session_keys]


def _visitor(room: Room, session_key: str) -> Visitor | None:
    request = _request(session_key) if session_key else None
    participant = current_participant(request, room) if request else None
    user = current_account(request) if request else None
    may_read = can_read(room=room, participant=participant, user=user)
    return Visitor(room, participant) if may_read else None


def _request(session_key: str) -> HttpRequest:
    """Return what a page would be asked for with: the session, and whose it is."""
    request = HttpRequest()
    request.session = _session(session_key)
    request.user = get_user(request)
    return request


def _session(session_key: str) -> SessionBase:
    engine: Any = import_module(settings.SESSION_ENGINE)
    session: SessionBase = engine.SessionStore(session_key)
    return session


def you_of(participant: Participant | None) -> You | None:
    """Return what a person is told about themselves."""
    if participant is None:
        return None
    return You(
        id=participant.pk,
        name=participant.name,
        role=participant.role,
        muted_until=participant.muted_until,
        banned=participant.is_banned,
        can=sorted(TABLE[participant.role]),
    )


def room_state(room: Room) -> RoomState:
    """Return what a client is told about the room."""
    return RoomState(
        slug=room.slug,
        kind=room.kind,
        status=room.status,
        opens_at=room.opens_at,
        closes_at=room.closes_at,
    )
