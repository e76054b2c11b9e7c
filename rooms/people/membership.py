"""Entering a room, being known in it, and changing roles."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.eventlog.prepared import Prepared
from rooms.people.events import ParticipantJoined, RoleChanged
from rooms.people.invites import invited_at, read_invite
from rooms.people.models import NAME_LENGTH, Participant, User
from rooms.people.names import clean_name, name_key
from rooms.people.roles import RANK, Role
from rooms.text import require_fit

_guests = Prepared(
    lambda rooms, keys: Participant.objects.filter(room__in=rooms, guest_key__in=keys, user=None),
    [1],
    ["key"],
)


def find_participant(
    *, room: Room, user: User | None = None, guest_key: str = ""
) -> Participant | None:
    """Return who an account, else a guest's session, is in this room; None for a stranger."""
    if user is not None:
        return Participant.objects.filter(room=room, user=user, superseded_by=None).first()
    return find_guests([(room.pk, guest_key)]).get((room.pk, guest_key))


def find_guests(asked: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Participant]:
    """Return, by room and by their sessions' keys, those guests who are in their rooms."""
    wanted = {(room_id, key) for room_id, key in asked if key}
    rooms, keys = {room_id for room_id, _key in wanted}, {key for _room_id, key in wanted}
    people = _guests.fetch(list(rooms), list(keys)) if wanted else []
    return {(person.room_id, person.guest_key): person for person in people}


def can_read(*, room: Room, participant: Participant | None, user: User | None = None) -> bool:
    """Tell whether somebody may read a room at all. What is a group's members' needs ``user``.

    A private conversation is read by the two whose it is: not by who decides on a report in it.
    """
    if room.kind == Room.Kind.DIRECT:
        return participant is not None and participant.role == Role.PARTICIPANT
    if room.access == Room.Access.MEMBERS:
        return is_member(group_id=room.group_id or room.pk, user=user)
    return room.access == Room.Access.OPEN or participant is not None


def is_member(*, group_id: int, user: User | None) -> bool:
    """Tell whether an account is in a group, by the group's room: more than an observer there."""
    return user is not None and members_of(group_id).filter(user=user).exists()


def members_of(*group_ids: int) -> QuerySet[Participant]:
    """Return who is in groups. Who only asks to be, has left or is excluded, is not."""
    people = Participant.objects.filter(room__in=group_ids, superseded_by=None, is_banned=False)
    return people.exclude(role=Role.OBSERVER).exclude(name_key="")


def join_room(
    *,
    room: Room,
    name: str,
    user: User | None = None,
    guest_key: str = "",
    code: str = "",
    invite: str = "",
) -> Participant:
    """Enter a room under a name; who is in it already stays who they are.

    A room with a code needs the code or an invitation; an invitation also gives its role,
    to newcomers and to those below it. The site's moderators are at least moderators, and
    enter an initiative's room while its text waits for them. A private group's rooms are for
    its members alone, and no group is for guests. Raises ``Refused``.
    """
    role = read_invite(room=room, token=invite) if invite else Role.PARTICIPANT
    is_team = user is not None and user.is_team
    if is_team:
        role = max(role, Role.MODERATOR, key=RANK.__getitem__)
    if not _may_enter(room, user, code, invite) or (user is None and not guest_key):
        raise Refused(Code.FORBIDDEN)
    if room.kind == Room.Kind.GROUP and user is None:
        raise Refused(Code.FORBIDDEN, _("Sign in first: one is in a group by one’s account."))
    with transaction.atomic():
        locked = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        known = find_participant(room=locked, user=user, guest_key=guest_key)
        if known is None:
            if locked.is_locked and RANK[role] < RANK[Role.MODERATOR]:
                raise Refused(Code.LOCKED)
            return _enter(locked, name, role, user, guest_key)
        if (invite or is_team) and _is_raised(known, role, invite):
            _log_joined(known, role)
        return known


def _may_enter(room: Room, user: User | None, code: str, invite: str) -> bool:
    if room.kind == Room.Kind.DIRECT:
        return False
    if room.access == Room.Access.MEMBERS and room.group_id:
        return is_member(group_id=room.group_id, user=user)
    is_team = user is not None and user.is_team
    is_open = room.access == Room.Access.OPEN or (is_team and room.kind == Room.Kind.INITIATIVE)
    has_code = room.access == Room.Access.CODE and code_matches(room, code)
    return is_open or bool(invite) or has_code


def _is_raised(known: Participant, role: Role, invite: str) -> bool:
    """Tell whether somebody who is in a room already gets a role: nobody undoes what was decided.

    An invitation from before their role was changed, or while they are excluded, gives none.
    """
    if known.is_banned or RANK[role] <= RANK[Role(known.role)]:
        return False
    if not invite:
        return True
    changed = Event.objects.filter(
        room=known.room_id,
        type="participant.role_changed",
        payload__participant=known.pk,
        at__gte=invited_at(invite),
    )
    return not changed.exists()


def enter_as_owner(*, room: Room, name: str, user: User | None, guest_key: str) -> Participant:
    """Make the person who creates a room its first participant."""
    return _enter(room, name, Role.OWNER, user, guest_key)


def enter_as_observer(*, room: Room, name: str, user: User) -> Participant:
    """Make somebody known in a room that they are not let into yet; raises ``Refused``."""
    with transaction.atomic():
        locked = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        known = find_participant(room=locked, user=user)
        return known or _enter(locked, name, Role.OBSERVER, user, "")


def enter_directly(*, room: Room, name: str, user: User, role: Role) -> Participant:
    """Make an account one of a private conversation, or who decides on a report in it.

    Who is one of the two stays that; a moderator, who was let go since, is one again.
    """
    with transaction.atomic():
        locked = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        known = find_participant(room=locked, user=user)
        if known is None:
            return _enter(locked, name, role, user, "")
        if role == Role.MODERATOR and known.role == Role.OBSERVER:
            _log_joined(known, role)
        return known


def code_matches(room: Room, code: str) -> bool:
    """Tell whether somebody typed the room's code, in whatever case and spacing."""
    typed = "".join(code.split()).replace("-", "").upper()
    return constant_time_compare(typed.encode(), room.code.encode())


def set_role(*, room: Room, actor: Participant, participant_id: int, role: Role) -> Event:
    """Give somebody another role; raises ``Refused`` unless the actor owns the room."""
    payload = RoleChanged(participant=participant_id, role=role)
    return append_one(room.pk, Draft(payload, actor.pk))


def set_team_member(*, user: User, member: bool) -> None:
    """Make an account one of the site's moderators, or no longer one.

    Who becomes one moderates each open room from when they next enter it; who no longer is
    one, and owns no room, moderates nowhere from now on.
    """
    user.is_team = member
    user.save(update_fields=["is_team"])
    if not member:
        for person in Participant.objects.filter(user=user, role=Role.MODERATOR).select_related(
            "room"
        ):
            is_direct = person.room.kind == Room.Kind.DIRECT
            _log_joined(person, Role.OBSERVER if is_direct else Role.PARTICIPANT)


def _enter(room: Room, name: str, role: Role, user: User | None, guest_key: str) -> Participant:
    clean = clean_name(name)
    require_fit(clean)
    free = _free_name(room, clean)
    person = Participant.objects.create(
        room=room,
        name=free,
        name_key=name_key(free),
        role=Role.OBSERVER,
        user=user,
        guest_key="" if user else guest_key,
    )
    _log_joined(person, role)
    return person


def _log_joined(person: Participant, role: Role) -> None:
    append_one(
        person.room_id, Draft(ParticipantJoined(participant=person.pk, role=role), person.pk)
    )
    person.refresh_from_db(fields=["role"])


def _free_name(room: Room, name: str) -> str:
    """Return the name, numbered if somebody in the room bears it already."""
    candidate, count = name, 1
    while Participant.objects.filter(room=room, name_key=name_key(candidate)).exists():
        count += 1
        suffix = f" ({count})"
        candidate = name[: NAME_LENGTH - len(suffix)] + suffix
    return candidate
