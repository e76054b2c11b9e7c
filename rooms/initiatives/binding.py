"""The debates and action rooms of an initiative."""

from datetime import datetime

from django.db import transaction

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Draft
from rooms.initiatives.events import InitiativeBound
from rooms.initiatives.models import BoundRoom, Initiative, Stage
from rooms.initiatives.promotion import is_promoter
from rooms.initiatives.selectors import promoters_of, waiting_for_action
from rooms.lifecycle.schedule import create_room
from rooms.people.membership import find_participant
from rooms.people.models import Participant, User
from rooms.people.roles import Action


def open_bound_room(
    *,
    initiative: Initiative,
    actor: Participant,
    kind: str,
    title: str = "",
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Room:
    """Open a debate or an action room for an initiative, or schedule it; its promoter runs it.

    Raises ``Refused`` for who does not promote it.
    """
    if kind not in (Room.Kind.DEBATE, Room.Kind.ACTION) or not is_promoter(initiative, actor):
        raise Refused(Code.FORBIDDEN)
    with transaction.atomic():
        room = create_room(
            title=title or initiative.room.title,
            owner_name=actor.name,
            kind=kind,
            language=initiative.room.language,
            opens_at=opens_at,
            closes_at=closes_at,
            user=actor.user,
            group=initiative.room.group,
        )
        append_one(initiative.room_id, Draft(InitiativeBound(room=room.pk), actor.pk))
    return room


def open_due_action_rooms() -> list[Room]:
    """Open an action room for each initiative that has reached its threshold and has none.

    Safe in several copies at once: each initiative is taken by one of them.
    """
    return [room for one in waiting_for_action() if (room := _open_action_room(one.pk))]


def _open_action_room(pk: int) -> Room | None:
    with transaction.atomic():
        reached = Initiative.objects.filter(pk=pk, stage=Stage.REACHED).select_related("room")
        found = reached.select_for_update(skip_locked=True, of=("self",)).first()
        actor = next(iter(promoters_of(found)), None) if found else None
        if found is None or actor is None:
            return None
        return open_bound_room(initiative=found, actor=actor, kind=Room.Kind.ACTION)


def rooms_of(initiative: Initiative, kind: str) -> list[Room]:
    """Return an initiative's debates or its action rooms, the latest first."""
    bound = BoundRoom.objects.filter(initiative=initiative, room__kind=kind)
    return [one.room for one in bound.select_related("room").order_by("-seq")]


def desks_for(room: Room, *, user: User | None, guest_key: str) -> list[Room]:
    """Return the live action rooms, of the initiative a room belongs to, that somebody organises.

    What is said in the room can be made a task there.
    """
    initiative = Initiative.objects.filter(room=room).first() or initiative_bound_to(room)
    if initiative is None:
        return []
    desks = [one for one in rooms_of(initiative, Room.Kind.ACTION) if one != room]
    live = [one for one in desks if one.status != Room.Status.CLOSED]
    people = ((one, find_participant(room=one, user=user, guest_key=guest_key)) for one in live)
    return [one for one, person in people if person and person.may(Action.ORGANISE)]


def initiative_bound_to(room: Room) -> Initiative | None:
    """Return the initiative that a debate or an action room belongs to."""
    bound = BoundRoom.objects.filter(room=room).select_related("initiative__room").first()
    return bound.initiative if bound else None
