"""Nobody decides about themselves, or again about their own decision, where another one can."""

from collections.abc import Callable, Collection

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context
from rooms.people.models import Participant
from rooms.people.roles import TABLE, Action

Able = Callable[[Participant], bool]


def anybody(_person: Participant) -> bool:
    return True


def require_impartial(
    ctx: Context, actor: Participant, *, involved: Collection[int | None], able: Able = anybody
) -> None:
    """Raise ``Refused`` where the actor is involved and another moderator could decide."""
    if actor.pk in involved and others(ctx.room, involved=involved, able=able):
        raise Refused(
            Code.FORBIDDEN, _("This concerns you. Another moderator of the room decides about it.")
        )


def others(
    room: Room, *, involved: Collection[int | None], able: Able = anybody
) -> list[Participant]:
    """Return the moderators who are not involved and may decide."""
    roles = [role for role, actions in TABLE.items() if Action.DECIDE_HOLD in actions]
    people = Participant.objects.filter(room=room, role__in=roles, superseded_by=None)
    free = people.filter(is_banned=False).exclude(pk__in=[pk for pk in involved if pk is not None])
    return [person for person in free if able(person)]
