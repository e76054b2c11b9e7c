"""Telling people, and withdrawing what they need not be told any more."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from rooms.notifications.choices import letter_at, ways_of
from rooms.notifications.kinds import Args, Kind, kinds
from rooms.notifications.models import Contact, Notification
from rooms.people.models import User

Recipient = User | Contact

TOGETHER = 500
"""Stories written in one go."""


def tell(
    name: str, *, to: Iterable[Recipient], args: Args, key: str, at: datetime | None = None
) -> None:
    """Tell people a story: in their inbox, and by letters and on devices as each has chosen.

    ``args`` are numbers and codes that the kind finds its words by, never texts or names. Who was
    told under this ``key`` is not told again. ``at`` is for reminders: it is told then, and not at
    all if that time is over. What the transaction around it rolls back, nobody is told.
    """
    now = timezone.now()
    if at is not None and at <= now:
        return
    kind = kinds[name]
    people = list(dict.fromkeys(to))
    rows = [*_for_users(kind, people, at or now), *_for_contacts(kind, people, at or now)]
    for row in rows:
        row.args, row.key = dict(args), key
    Notification.objects.bulk_create(rows, TOGETHER, ignore_conflicts=True)


def forget(*, key: str, to: Recipient | None = None) -> None:
    """Withdraw reminders that were not told yet, of everybody or of one."""
    waiting = Notification.objects.filter(key=key, at__gt=timezone.now())
    if to is not None:
        waiting = waiting.filter(**{"user" if isinstance(to, User) else "contact": to})
    waiting.delete()


def _for_users(kind: Kind, people: Iterable[Recipient], at: datetime) -> Iterator[Notification]:
    users = [one for one in people if isinstance(one, User) and one.is_active]
    for start in range(0, len(users), TOGETHER):
        some = users[start : start + TOGETHER]
        ways = ways_of(some, kind.topic)
        for user in some:
            way = ways[user.pk]
            mail_at = letter_at(kind, way.pace, at)
            push_at = at if way.push else None
            yield Notification(user=user, kind=kind.name, at=at, mail_at=mail_at, push_at=push_at)


def _for_contacts(kind: Kind, people: Iterable[Recipient], at: datetime) -> Iterator[Notification]:
    """Yield what those without an account are told: by a letter at once, or not at all."""
    for one in people:
        if isinstance(one, Contact) and one.unsubscribed_at is None and kind.by_mail:
            yield Notification(contact=one, kind=kind.name, at=at, mail_at=at)
