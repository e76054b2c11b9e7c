"""Nobody decides about themselves, or again about their own decision, where another one can."""

from collections.abc import Callable, Collection

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context
from rooms.people.models import Participant, User
from rooms.people.roles import TABLE, Action

Able = Callable[[Participant], bool]


def anybody(_person: Participant) -> bool:
    return True


def require_impartial(
    ctx: Context, actor: Participant, *, involved: Collection[int | None], able: Able = anybody
) -> None:
    """Raise ``Refused`` where the actor is involved and another moderator could decide."""
    if not is_impartial(ctx.room, actor, involved=involved, able=able):
        raise Refused(
            Code.FORBIDDEN, _("This concerns you. Another moderator of the room decides about it.")
        )


def is_impartial(
    room: Room, actor: Participant, *, involved: Collection[int | None], able: Able = anybody
) -> bool:
    """Tell whether somebody may decide: one who is not involved, or whom nobody can stand in for.

    ``involved`` are participants; the account that a guest among them signed in to is, too. A
    moderator of the site counts as one who can, also before they have entered the room.
    """
    named = [pk for pk in involved if pk is not None]
    people = Participant.objects.filter(pk__in=named)
    accounts = {person.user_id for person in people if person.user_id is not None}
    ids = [pk for person in people for pk in (person.pk, person.superseded_by_id)]
    selves: set[int] = {pk for pk in ids if pk is not None}
    if actor.pk not in selves and (actor.user_id is None or actor.user_id not in accounts):
        return True
    roles = [role for role, actions in TABLE.items() if Action.DECIDE_HOLD in actions]
    free = Participant.objects.filter(
        room=room, role__in=roles, superseded_by=None, is_banned=False
    ).exclude(pk__in=selves)
    if any(able(person) for person in free if person.user_id not in accounts):
        return False
    visited = (Room.Kind.INITIATIVE, Room.Kind.DIRECT)
    enters = room.access == Room.Access.OPEN or room.kind in visited
    inside = Participant.objects.filter(room=room, user__isnull=False).values("user")
    team = User.objects.filter(is_team=True).exclude(pk__in=accounts).exclude(pk__in=inside)
    return not (enters and team.exists())
