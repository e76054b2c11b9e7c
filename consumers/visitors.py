"""Who is at a socket: from the session cookie to a room and a participant. Uses the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

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

_rooms = Prepared(lambda pks: Room.objects.filter(pk__in=pks), [1])


@dataclass(frozen=True)
class Visitor:
    """Somebody who may read a room. ``participant`` is None for one who has not joined."""

    room: Room
    participant: Participant | None


def admit_all(asked: Sequence[tuple[str, str]]) -> list[Visitor | None]:
    """Return who asks for each room, given its slug and the key of their session; None if there is
    no such room or they may not read it."""
    slugs = {slug for slug, _key in asked}
    rooms = {room.slug: room for room in Room.objects.filter(slug__in=slugs)}
    return visitors([(rooms.get(slug), key) for slug, key in asked])


def look_again(asked: Sequence[tuple[int, str]]) -> list[Visitor | None]:
    """Return who is at each session now, given the room and the session's key; None where they may
    not read the room any more."""
    rooms = read_rooms({room_id for room_id, _key in asked})
    return visitors([(rooms.get(room_id), key) for room_id, key in asked])


def read_rooms(room_ids: Iterable[int]) -> dict[int, Room]:
    """Return the rooms as they are now."""
    return {room.pk: room for room in _rooms.fetch(list(room_ids))}


def visitors(asked: Sequence[tuple[Room | None, str]]) -> list[Visitor | None]:
    """Return who is at each session in its room; None where there is none or they may not read it.

    Guests, of whom a hall is full, take two queries however many they are, in however many rooms.
    """
    sessions = read_sessions(key for room, key in asked if room)
    accounts = {key: _account(session) for key, session in sessions.items()}
    guest_keys = {k: s.get(SESSION_KEY, "") for k, s in sessions.items() if accounts[k] is None}
    guests = find_guests(
        (room.pk, guest_keys[key]) for room, key in asked if room and key in guest_keys
    )

    @cache
    def visitor(room: Room, key: str) -> Visitor | None:
        user = accounts.get(key)
        if user is None:
            person = guests.get((room.pk, guest_keys.get(key, "")))
        else:
            person = find_participant(room=room, user=user)
        may_read = can_read(room=room, participant=person, user=user)
        return Visitor(room, person) if may_read else None

    return [visitor(room, key) if room else None for room, key in asked]


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
