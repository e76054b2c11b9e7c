"""What is checked about messages under the room's lock."""

from collections.abc import Callable
from datetime import timedelta
from math import ceil

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.clocks import lately
from rooms.eventlog.clocks import left as time_left
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event
from rooms.eventlog.payload import Context, Draft
from rooms.lifecycle.events import require_open
from rooms.messages.batch import flush
from rooms.messages.models import Message
from rooms.people.models import Participant
from rooms.people.permissions import require, require_voice
from rooms.people.roles import Action

CALM = timedelta(seconds=10)
IN_CALM = 20
"""Reactions, or edits, of one person within :data:`CALM`, at most."""
LOOKED_AT = 300
"""Events of the room among which they are counted, the last ones."""
floors: list[Callable[[Context, Participant], None]] = []
"""Called with who wants to write or react; they raise ``Refused`` where that is not wanted."""
guards: list[Callable[[Context, int], None]] = []
"""Called with the number of a message that its author wants to change; they raise ``Refused``
where its text has to stay."""


def get_message(ctx: Context, number: int) -> Message:
    """Return a message of the room; raises ``Refused``."""
    flush(ctx)
    ctx.views.pop(number, None)
    found = Message.objects.filter(room=ctx.room, number=number).first()
    if found is None:
        raise Refused(Code.NOT_FOUND)
    return found


def require_visible(ctx: Context, number: int) -> Message:
    """Return a message that everybody may read; raises ``Refused``."""
    found = get_message(ctx, number)
    if found.status != Message.Status.VISIBLE:
        raise Refused(Code.NOT_FOUND)
    return found


def require_floor(ctx: Context, draft: Draft, action: Action) -> Participant:
    """Return the actor if they may act in public now; raises ``Refused``."""
    actor = require(ctx, draft.actor_id, action)
    require_voice(ctx, actor)
    require_open(ctx)
    if ctx.room.is_paused and not actor.is_moderator:
        raise Refused(Code.PAUSED)
    for floor in floors:
        floor(ctx, actor)
    return actor


def require_pace(ctx: Context, author: Participant) -> None:
    """Raise ``Refused`` where slow mode, of the room or of the person, asks them to wait."""
    seconds = 0 if author.is_moderator else max(ctx.room.slow_seconds, author.slow_seconds)
    if not seconds:
        return
    flush(ctx)
    lasting = timedelta(seconds=seconds)
    mine = Message.objects.filter(author=author, at__range=lately(lasting, ctx.now))
    last = mine.order_by("-at").values_list("at", flat=True).first()
    if last is not None and (wait := time_left(last, lasting, ctx.now)):
        left = ceil(wait.total_seconds())
        words = format_lazy(
            _("Slow mode: wait {seconds} s before your next message."), seconds=left
        )
        raise Refused(Code.SLOW_DOWN, words, retry_after=wait.total_seconds(), rule="slow")


def require_calm(ctx: Context, actor: Participant, event_type: str) -> None:
    """Raise ``Refused`` for who reacts or edits faster than anybody means to."""
    span, last = lately(CALM, ctx.now), ctx.room.head - LOOKED_AT
    logged = Event.objects.filter(room=ctx.room, seq__gt=last, at__range=span)
    mine = logged.filter(actor=actor, type=event_type).count()
    mine += sum(one.actor_id == actor.pk and one.type == event_type for one in ctx.events)
    if mine >= IN_CALM:
        raise Refused(Code.SLOW_DOWN, retry_after=CALM.total_seconds())


def is_own(message: Message, actor_id: int | None) -> bool:
    """Tell whether the actor wrote a message, also as the guest they were."""
    author: Participant = message.author
    return actor_id is not None and actor_id in (author.pk, author.superseded_by_id)


def stale(message: Message) -> Refused:
    """Return the refusal of a decision that somebody else has taken already."""
    by: Participant | None = message.decided_by
    return Refused(Code.STALE, status=message.status, decided_by=by.name if by else None)
