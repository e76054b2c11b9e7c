"""The inbox: what an account was told, the latest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from rooms.notifications.kinds import Args, Story, kinds
from rooms.notifications.models import Notification
from rooms.people.membership import can_read
from rooms.people.models import Participant, User

KEPT = timedelta(days=183)
"""How long the inbox keeps what was told."""


@dataclass(frozen=True)
class Told:
    """One line of an inbox."""

    number: int
    at: datetime
    is_read: bool
    topic: str
    story: Story


def story_of(row: Notification) -> Story | None:
    """Put a notification in the words of the active language; None: nothing to tell any more.

    Where its arguments name the ``participant`` who is told, it is told while they may read the
    room: not of a private group's that they have left.
    """
    kind = kinds.get(row.kind)
    if kind is None or not isinstance(row.args, dict) or not _may_read(row.args):
        return None
    return kind.tell(row.args)


def _may_read(args: Args) -> bool:
    if "participant" not in args:
        return True
    people = Participant.objects.select_related("room", "user")
    reader = people.filter(pk=args["participant"]).first()
    if reader is None:
        return False
    return can_read(room=reader.room, participant=reader, user=reader.user)


def inbox(user: User, *, before: int | None = None, limit: int = 30) -> list[Told]:
    """Return what an account was told, the latest first; of what is no more, nothing is said."""
    rows = _told(user)
    if before is not None:
        at = rows.filter(pk=before).values_list("at", flat=True).first() or timezone.now()
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=before))
    return _lines(rows.order_by("-at", "-pk")[:limit])


def unread_count(user: User) -> int:
    """Return how many stories an account has not opened."""
    return _told(user).filter(read_at=None).count()


def read(*, user: User, number: int) -> Story | None:
    """Open one story; None if there is none, or nothing to tell any more."""
    row = _told(user).filter(pk=number).first()
    if row is None:
        return None
    _told(user).filter(pk=number, read_at=None).update(read_at=timezone.now())
    return story_of(row)


def read_all(*, user: User) -> None:
    """Count everything that was told as read; no letter repeats it."""
    _told(user).filter(read_at=None).update(read_at=timezone.now())


def forget_old() -> int:
    """Delete what was told long ago; return how many stories."""
    return Notification.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def _told(user: User) -> QuerySet[Notification]:
    return Notification.objects.filter(user=user, at__lte=timezone.now())


def _lines(rows: Iterable[Notification]) -> list[Told]:
    """Return the lines of an inbox, and count as read what cannot be told any more."""
    lines, gone = [], []
    for row in rows:
        if story := story_of(row):
            topic = kinds[row.kind].topic.label
            lines.append(Told(row.pk, row.at, row.read_at is not None, str(topic), story))
        elif row.read_at is None:
            gone.append(row.pk)
    if gone:
        Notification.objects.filter(pk__in=gone).update(read_at=timezone.now())
    return lines
