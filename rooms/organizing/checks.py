"""What is checked about tasks under the room's lock."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Context, Draft
from rooms.messages.checks import require_floor
from rooms.organizing.models import AWAY, Assignment, Task
from rooms.people.models import Participant
from rooms.people.roles import Action

CAPACITY = (1, 500)
"""Least and most people of one task."""


def require_desk(ctx: Context, draft: Draft, action: Action) -> Participant:
    """Return the actor if they may act in this action room now; raises ``Refused``."""
    if ctx.room.kind != Room.Kind.ACTION:
        raise Refused(Code.FORBIDDEN)
    return require_floor(ctx, draft, action)


def get_task(ctx: Context, number: int) -> Task:
    """Return a task of the room; raises ``Refused``."""
    found = Task.objects.filter(room=ctx.room, number=number).first()
    if found is None:
        raise Refused(Code.NOT_FOUND, _("This task is not here any more."))
    return found


def require_live(task: Task) -> None:
    """Raise ``Refused`` for a task that was cancelled."""
    if task.is_cancelled:
        raise Refused(Code.CLOSED, _("This task was cancelled."))


def require_place(task: Task) -> None:
    """Raise ``Refused`` unless one more can take the task."""
    taken = Assignment.objects.filter(task=task).exclude(state__in=AWAY).count()
    if taken >= task.capacity:
        full = _("All places of this task are taken. Look for another one.")
        raise Refused(Code.CONFLICT, full)


def require_sound(capacity: int, starts_at: datetime | None, ends_at: datetime | None) -> None:
    """Raise ``Refused`` for a task that nobody could do."""
    if not CAPACITY[0] <= capacity <= CAPACITY[1]:
        raise Refused(Code.BAD_SHAPE, _("A task is for 1 to 500 people."))
    if ends_at and (starts_at is None or ends_at <= starts_at):
        raise Refused(Code.BAD_SHAPE, _("A task ends after it starts."))


def find_tap(ctx: Context, draft: Draft, type_name: str, **payload: object) -> int | None:
    """Return the sequence of the event that the same tap of the same person made before."""
    same = {f"payload__{name}": value for name, value in payload.items()}
    made = Event.objects.filter(room=ctx.room, actor=draft.actor_id, type=type_name, **same)
    return made.values_list("seq", flat=True).first()


def moved_on() -> Refused:
    """Return the refusal of a step that does not lead on from how things stand by now."""
    return Refused(Code.STALE, _("This has changed meanwhile. Look how it stands now."))
