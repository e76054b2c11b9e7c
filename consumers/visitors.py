"""Who is at a socket: from the session cookie to a room and a participant. Uses the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.auth import SESSION_KEY as ACCOUNT_KEY
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from consumers.protocol import RoomState, You
from rooms.eventlog.models import Room
from rooms.eventlog.prepared import Prepared
from rooms.people.guests import SESSION_KEY
from rooms.people.membership import can_read, find_guests, find_participant
from rooms.people.models import Participant, User
from rooms.people.roles import TABLE
from rooms.people.sessions import read_sessions

_room = Prepared(lambda pk: Room.objects.filter(pk=pk), 1)


@dataclass(frozen=True)
class Visitor:
    """Somebody who may read a room. ``participant`` is None for one who has not joined."""

    room: Room
    participant: Participant | None


def admit_all(slug: str, session_keys: Sequence[str]) -> list[Visitor | None]:
    """Return who is asking for a room; None if there is no such room or they may not read it."""
    room = Room.objects.filter(slug=slug).first()
    return _visitors(room, session_keys) if room else [None] * len(session_keys)


def look_again(room_id: int, session_keys: Sequence[str]) -> list[Visitor | None]:
    """Return who is at each session now; None where they may not read the room any more.

    Guests, of whom a hall is full, take two queries however many they are.
    """
    found = _room.fetch(room_id)
    return _visitors(found[0], session_keys) if found else [None] * len(session_keys)


def _visitors(room: Room, session_keys: Sequence[str]) -> list[Visitor | None]:
    sessions = read_sessions(session_keys)
    accounts = {key: _account(session) for key, session in sessions.items()}
    guest_keys = {k: s.get(SESSION_KEY, "") for k, s in sessions.items() if accounts[k] is None}
    guests = find_guests(room=room, guest_keys=guest_keys.values())
    people = {key: guests.get(guest_key) for key, guest_key in guest_keys.items()}
    for key, account in accounts.items():
        if account is not None:
            people[key] = find_participant(room=room, user=account)
    return [_visitor(room, people.get(key), accounts.get(key)) for key in session_keys]


def _visitor(room: Room, participant: Participant | None, user: User | None) -> Visitor | None:
    may_read = can_read(room=room, participant=participant, user=user)
    return Visitor(room, participant) if may_read else None


def _account(session: SessionBase) -> User | None:
    """Return who is signed in, as a page would be asked for with this session."""
    if not session.get(ACCOUNT_KEY):
        return None
    request = HttpRequest()
    request.session = session
    user = get_user(request)
    return user if isinstance(user, User) else None


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
        can=_can(participant.role),
    )


@lru_cache
def _can(role: str) -> list[str]:
    """Return what somebody in a role may do: one list for all of them."""
    return sorted(TABLE[role])


def room_state(room: Room) -> RoomState:
    """Return what a client is told about the room."""
    return RoomState(
        slug=room.slug,
        kind=room.kind,
        status=room.status,
        opens_at=room.opens_at,
        closes_at=room.closes_at,
    )
