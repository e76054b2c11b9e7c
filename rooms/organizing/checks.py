"""What is checked about tasks under the room's lock."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Context, Draft
from rooms.messages.checks import require_floor
from rooms.organizing.models import AWAY, BUSY, LENGTH, Assignment, Task, TaskText
from rooms.people.models import Participant
from rooms.people.roles import Action

CAPACITY = (1, 500)
"""Least and most people of one task."""
SHIFTS = 100
"""Most shifts of one task."""
LONGEST = timedelta(days=31)
"""Most that lies between the start and the end of something."""


def require_desk(ctx: Context, draft: Draft, action: Action) -> Participant:
    """Return the actor if they may act in this action room now; raises ``Refused``."""
    if ctx.room.kind != Room.Kind.ACTION:
        raise Refused(Code.FORBIDDEN)
    return require_floor(ctx, draft, action)


def get_task(ctx: Context, number: int) -> Task:
    """Return a task of the room; raises ``Refused``."""
    found = Task.objects.filter(room=ctx.room, number=number).select_related("whole").first()
    if found is None:
        raise Refused(Code.NOT_FOUND, _("This task is not here any more."))
    return found


def require_live(task: Task) -> None:
    """Raise ``Refused`` for a task that was cancelled."""
    if task.is_cancelled:
        raise Refused(Code.CLOSED, _("This task was cancelled."))


def crew_size(task: Task) -> int:
    """Return how many places of a task are taken."""
    return Assignment.objects.filter(task=task).exclude(state__in=AWAY).count()


def require_place(task: Task) -> None:
    """Raise ``Refused`` unless one more can take the task, and it is taken as a whole."""
    if task.shifts.exists():
        raise Refused(Code.CONFLICT, _("This task is done in shifts: take one of them."))
    if crew_size(task) >= task.capacity:
        full = _("All places of this task are taken. Look for another one.")
        raise Refused(Code.CONFLICT, full)


def require_divisible(task: Task) -> None:
    """Raise ``Refused`` unless a task can be given one more shift."""
    if task.whole is not None:
        raise Refused(Code.FORBIDDEN, _("A shift has no shifts of its own."))
    if crew_size(task):
        taken = _("Somebody has taken this task as a whole. Take them off first.")
        raise Refused(Code.CONFLICT, taken)
    if task.shifts.count() >= SHIFTS:
        raise Refused(Code.CONFLICT, _("A task has at most 100 shifts."))


def require_sound(capacity: int, starts_at: datetime | None, ends_at: datetime | None) -> None:
    """Raise ``Refused`` for a task that nobody could do."""
    if not CAPACITY[0] <= capacity <= CAPACITY[1]:
        raise Refused(Code.BAD_SHAPE, _("A task is for 1 to 500 people."))
    if ends_at and (starts_at is None or ends_at <= starts_at):
        raise Refused(Code.BAD_SHAPE, _("A task ends after it starts."))
    if starts_at and ends_at and ends_at - starts_at > LONGEST:
        raise Refused(Code.BAD_SHAPE, _("A task takes at most 31 days. Divide it into shifts."))


def require_begun(ctx: Context, task: Task) -> None:
    """Raise ``Refused`` before a task starts: until then nobody has failed to come."""
    if task.starts_at and ctx.now < task.starts_at:
        raise Refused(Code.NOT_OPEN, _("This has not begun yet: nobody is missing."))


def require_free(task: Task, person: int) -> None:
    """Raise ``Refused``, with what it is, where somebody is expected elsewhere at that time."""
    starts_at, until = task.starts_at, task.until
    if starts_at is None or until is None:
        return
    theirs = Task.objects.filter(
        assignments__participant=person, assignments__state__in=BUSY, is_cancelled=False
    )
    # No end is further from its start than LONGEST; without one it is LENGTH away.
    near = theirs.filter(starts_at__lt=until, starts_at__gt=starts_at - LONGEST - LENGTH)
    for other in near.exclude(pk=task.pk).select_related("whole").order_by("starts_at"):
        assert other.starts_at and other.until, "only those with a time were asked for"
        if other.until > starts_at:
            raise _overlaps(other, other.starts_at, other.until)


def _overlaps(other: Task, starts_at: datetime, until: datetime) -> Refused:
    named = (other.number, other.whole.number if other.whole else 0)
    texts = TaskText.objects.filter(room=other.room_id, number__in=named).exclude(title="")
    words = _("You are expected elsewhere at that time: {title}, {start} to {end}.")
    start, end = (f"{timezone.localtime(at):%H:%M}" for at in (starts_at, until))
    title = texts.values_list("title", flat=True).first() or "—"
    return Refused(Code.OVERLAPS, format_lazy(words, title=title, start=start, end=end))


def find_tap(ctx: Context, draft: Draft, type_name: str, **payload: object) -> int | None:
    """Return the sequence of the event that the same tap of the same person made before."""
    same = {f"payload__{name}": value for name, value in payload.items()}
    made = Event.objects.filter(room=ctx.room, actor=draft.actor_id, type=type_name, **same)
    return made.values_list("seq", flat=True).first()


def require_key(client_id: str) -> None:
    """Raise ``Refused`` for what cannot name a tap or a form that was sent."""
    if not 1 <= len(client_id) <= 64 or not client_id.isprintable():
        raise Refused(Code.BAD_SHAPE)


def moved_on() -> Refused:
    """Return the refusal of a step that does not lead on from how things stand by now."""
    return Refused(Code.STALE, _("This has changed meanwhile. Look how it stands now."))
