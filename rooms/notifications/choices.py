"""How people choose to be told, and when a letter leaves by that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from rooms.notifications.kinds import Kind, Topic, names_of
from rooms.notifications.models import Choice, Notification, Pace
from rooms.people.models import User

DIGEST_HOUR = 8
"""When digests leave, on the site's clock: daily ones every day, weekly ones on Mondays."""


@dataclass(frozen=True)
class Way:
    """How one is told of a topic: by letters at some pace, and on one's devices or not."""

    pace: str
    push: bool


DEFAULTS: Mapping[str, Way] = {
    Topic.MINE: Way(Pace.ONCE, push=True),
    Topic.ACTIONS: Way(Pace.ONCE, push=True),
    Topic.DEBATES: Way(Pace.ONCE, push=True),
    Topic.INITIATIVES: Way(Pace.ONCE, push=False),
    Topic.REPORTS: Way(Pace.ONCE, push=False),
    Topic.MESSAGES: Way(Pace.DAILY, push=True),
    Topic.GROUPS: Way(Pace.DAILY, push=False),
    Topic.NEARBY: Way(Pace.WEEKLY, push=False),
}


def ways_of(users: Iterable[User], topic: str) -> dict[int, Way]:
    """Return how each account is told of a topic, by its number."""
    users = list(users)
    chosen = Choice.objects.filter(user__in=users, topic=topic)
    ways = {one.pk: DEFAULTS[topic] for one in users}
    return ways | {one.user_id: Way(one.pace, one.push) for one in chosen}


def choices_of(user: User) -> dict[str, Way]:
    """Return how an account is told of every topic."""
    chosen = {one.topic: Way(one.pace, one.push) for one in Choice.objects.filter(user=user)}
    return {topic: chosen.get(topic, DEFAULTS[topic]) for topic in Topic.values}


@transaction.atomic
def choose(*, user: User, topic: str, way: Way) -> None:
    """Set how an account is told of a topic, also of what waits for a letter already."""
    Choice.objects.update_or_create(
        user=user, topic=topic, defaults={"pace": way.pace, "push": way.push}
    )
    waiting = Notification.objects.filter(user=user, kind__in=names_of(topic))
    if way.pace == Pace.NEVER:
        waiting.filter(mail_at__isnull=False).update(mail_at=None)
    elif way.pace == Pace.ONCE:
        now = timezone.now()
        waiting.filter(mail_at__gt=now, at__lte=now).update(mail_at=now)
    if not way.push:
        waiting.filter(push_at__isnull=False).update(push_at=None)


def letter_at(kind: Kind, pace: str, at: datetime) -> datetime | None:
    """Return when the letter leaves about what is told at a time; None: there is no letter."""
    if pace == Pace.NEVER or not kind.by_mail:
        return None
    if pace == Pace.ONCE or kind.is_urgent:
        return at
    return next_digest(pace, at)


def next_digest(pace: str, at: datetime) -> datetime:
    """Return when the first digest after a time leaves."""
    local = timezone.localtime(at)
    day = local.date()
    if local.hour >= DIGEST_HOUR:
        day += timedelta(days=1)
    if pace == Pace.WEEKLY:
        day += timedelta(days=-day.weekday() % 7)
    return datetime(day.year, day.month, day.day, DIGEST_HOUR, tzinfo=local.tzinfo)
