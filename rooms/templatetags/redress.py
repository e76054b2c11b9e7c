"""What the desk's queues and the redress pages show."""

from datetime import datetime

from django import template
from django.utils import timezone

from rooms.eventlog.models import Room
from rooms.messages.selectors import message_views
from rooms.redress.appeals import Pending, open_appeals
from rooms.redress.models import Notice
from rooms.redress.notices import open_notices
from rooms.redress.reports import Reported, reported_messages
from rooms.redress.words import when

register = template.Library()


@register.simple_tag
def reports_to_settle(room: Room) -> list[Reported]:
    """Return the messages with open reports."""
    return reported_messages(room)


@register.simple_tag
def notices_to_decide(room: Room) -> list[tuple[Notice, str]]:
    """Return the open notices, each with the name of the message's author."""
    notices = open_notices(room)
    views = message_views(room.pk, {notice.number for notice in notices})
    return [(notice, views[notice.number].author.name) for notice in notices]


@register.simple_tag
def appeals_to_decide(room: Room) -> list[Pending]:
    """Return the open appeals, the oldest first."""
    return open_appeals(room)


@register.filter
def in_full(at: datetime) -> str:
    """Return a day and a time with its zone."""
    return when(at)


@register.filter
def days_left(at: datetime) -> int:
    """Return how many days remain, rounded up; 0 once it is late."""
    left = at - timezone.now()
    return max(0, -(-int(left.total_seconds()) // 86400))
