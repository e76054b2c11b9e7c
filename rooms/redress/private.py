"""What waits for the site's moderators in private conversations: reports and appeals, no more."""

from dataclasses import dataclass

from rooms.eventlog.models import Room
from rooms.eventlog.views import MessageView
from rooms.messages.models import Message
from rooms.messages.selectors import message_views
from rooms.redress.models import Appeal, Report
from rooms.redress.reports import Reported, reported_messages

AROUND = 3
"""Messages before and after a reported one that moderators see with it."""
LISTED = 50


@dataclass(frozen=True)
class InPrivate:
    """A reported message, and what was said right before and after it."""

    room: Room
    about: Reported
    surroundings: list[MessageView]


def reported_in_private() -> list[Report]:
    """Return the open reports of private messages, the longest waiting first."""
    waiting = Report.objects.filter(room__kind=Room.Kind.DIRECT, outcome="")
    return list(waiting.select_related("room").order_by("at")[:LISTED])


def appeals_in_private() -> list[Appeal]:
    """Return the open appeals against decisions in conversations, the longest waiting first."""
    waiting = Appeal.objects.filter(room__kind=Room.Kind.DIRECT, outcome="")
    return list(waiting.select_related("room").order_by("opened_at")[:LISTED])


def report_in_private(slug: str, number: int) -> InPrivate | None:
    """Return a private message with an open report, and its surroundings; None for any other."""
    room = Room.objects.filter(slug=slug, kind=Room.Kind.DIRECT).first()
    found = reported_messages(room, number) if room else []
    if room is None or not found:
        return None
    said = Message.objects.filter(room=room)
    before = said.filter(number__lt=number).order_by("-number").values_list("number", flat=True)
    after = said.filter(number__gt=number).order_by("number").values_list("number", flat=True)
    numbers = [*reversed(before[:AROUND]), number, *after[:AROUND]]
    views = message_views(room.pk, numbers)
    return InPrivate(room, found[0], [views[one] for one in numbers])
