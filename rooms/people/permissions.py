"""Checks made under the room's lock, on participants as they are at that moment."""

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context
from rooms.eventlog.prepared import Prepared
from rooms.people.models import Participant
from rooms.people.roles import Action

_people = Prepared(lambda room, pks: Participant.objects.filter(room=room, pk__in=pks), 1, [2])


def participant(ctx: Context, participant_id: int) -> Participant:
    """Return a participant of the room, read once per append; raises ``Refused``."""
    people: dict[int, Participant] = ctx.memo.setdefault("participants", {})
    if participant_id not in people:
        wanted = {pk for pk in (participant_id, *ctx.actor_ids) if pk < 2**63} - people.keys()
        found = _people.fetch(ctx.room.pk, list(wanted))
        people.update({person.pk: person for person in found})
    if participant_id not in people:
        raise Refused(Code.FORBIDDEN)
    return people[participant_id]


def require(ctx: Context, actor_id: int | None, action: Action) -> Participant:
    """Return the actor if their role allows the action and they are not excluded.

    Raises ``Refused``.
    """
    if actor_id is None:
        raise Refused(Code.FORBIDDEN)
    actor = participant(ctx, actor_id)
    if not actor.may(action):
        raise Refused(Code.BANNED if actor.is_banned else Code.FORBIDDEN)
    return actor


def require_voice(ctx: Context, actor: Participant) -> None:
    """Raise ``Refused`` while the actor is banned or muted."""
    if actor.is_banned:
        raise Refused(Code.BANNED)
    if actor.muted_until and actor.muted_until > ctx.now:
        raise Refused(Code.MUTED, retry_after=(actor.muted_until - ctx.now).total_seconds())
