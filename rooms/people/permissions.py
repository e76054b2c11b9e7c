"""Checks made under the room's lock, on participants as they are at that moment."""

from collections.abc import Sequence

from rooms.eventlog import registry
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft
from rooms.eventlog.prepared import Prepared
from rooms.people.models import Participant
from rooms.people.roles import Action

_people = Prepared(lambda pks: Participant.objects.filter(pk__in=pks), [1])


def participant(ctx: Context, participant_id: int) -> Participant:
    """Return a participant of the room, read once per append; raises ``Refused``."""
    people = _known(ctx)
    if participant_id not in people and participant_id < 2**63:
        people.update({person.pk: person for person in _people.fetch([participant_id])})
    found = people.get(participant_id)
    if found is None or found.room_id != ctx.room.pk:
        raise Refused(Code.FORBIDDEN)
    return found


def _prepare(turns: Sequence[tuple[Context, Sequence[Draft]]]) -> None:
    """Read in one go who acts."""
    acting = {
        draft.actor_id: ctx
        for ctx, drafts in turns
        for draft in drafts
        if draft.actor_id is not None
    }
    for person in _people.fetch(list(acting)) if acting else []:
        _known(acting[person.pk])[person.pk] = person


def _known(ctx: Context) -> dict[int, Participant]:
    known: dict[int, Participant] = ctx.memo.setdefault("participants", {})
    return known


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


registry.prepare.append(_prepare)
