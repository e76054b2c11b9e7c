"""Coming into a group, and leaving it."""

from django.db import transaction

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.groups.events import (
    MemberAdmitted,
    MemberAsked,
    MemberLeft,
    MemberRefused,
    MemberReturned,
)
from rooms.groups.models import Group
from rooms.people.membership import enter_as_observer, find_participant, join_room, members_of
from rooms.people.models import Participant, User
from rooms.people.roles import Role


def join_group(*, group: Group, user: User, name: str) -> Participant:
    """Enter a public group, also once more; raises ``Refused``."""
    person = find_participant(room=group.room, user=user)
    if person is None:
        return join_room(room=group.room, user=user, name=name)
    append_one(group.room_id, Draft(MemberReturned(participant=person.pk), person.pk))
    person.refresh_from_db()
    return person


def ask_to_join(*, group: Group, user: User, name: str) -> Participant:
    """Ask the organisers and moderators of a private group to be let in; raises ``Refused``."""
    if not group.is_private:
        raise Refused(Code.FORBIDDEN)
    with transaction.atomic():
        person = enter_as_observer(room=group.room, name=name, user=user)
        append_one(group.room_id, Draft(MemberAsked(participant=person.pk), person.pk))
    return person


def answer_request(
    *, group: Group, actor: Participant, participant_id: int, is_welcome: bool
) -> Event:
    """Let somebody in who asked, or not; raises ``Refused``."""
    payload = MemberAdmitted if is_welcome else MemberRefused
    return append_one(group.room_id, Draft(payload(participant=participant_id), actor.pk))


def leave_group(*, actor: Participant) -> Event:
    """Leave a group, or take a request back. An owner leaves it to its longest-standing moderator.

    Raises ``Refused`` where an owner has none.
    """
    heir = _heir(actor) if actor.role == Role.OWNER else None
    payload = MemberLeft(participant=actor.pk, successor=heir.pk if heir else None)
    return append_one(actor.room_id, Draft(payload, actor.pk))


def hand_over(actor: Participant) -> None:
    """Leave a group as one who is about to be forgotten: an owner whom nobody follows stays."""
    if actor.room.kind == Room.Kind.GROUP and (actor.role != Role.OWNER or _heir(actor)):
        try:
            leave_group(actor=actor)
        except Refused as refusal:
            if refusal.code is not Code.STALE:  # They had left before.
                raise


def _heir(owner: Participant) -> Participant | None:
    moderators = members_of(owner.room_id).filter(role=Role.MODERATOR).exclude(pk=owner.pk)
    return moderators.order_by("joined_at", "pk").first()
