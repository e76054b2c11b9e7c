"""What becomes of holds that nobody decides about in time, as the room has set it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.registry import due, observers
from rooms.messages.decision_events import (
    MessageApproved,
    MessageRejected,
    MessageRemoved,
    MessageRestored,
)
from rooms.messages.events import OnMessage
from rooms.messages.models import Message
from rooms.moderation.reasons import Reason
from rooms.moderation.room_events import HoldPolicyChanged

TOGETHER = 100
"""Holds decided in one go; a second later the next ones are."""


def _due(room: Room, now: datetime) -> Iterable[Draft]:
    """Yield a decision by the clock for each hold whose time is over."""
    if room.holds_due_at is None or room.holds_due_at > now:
        return
    held = Message.objects.filter(room=room, status=Message.Status.HELD).order_by("held_at")
    wait = timedelta(minutes=room.hold_minutes)
    overdue = [] if _keeps(room) else list(held.filter(held_at__lte=now - wait)[:TOGETHER])
    for message in overdue:
        yield _decision(room, message)
    first = held.values_list("held_at", flat=True).first()
    room.holds_due_at = None if _keeps(room) or first is None else first + wait
    Room.objects.filter(pk=room.pk).update(holds_due_at=room.holds_due_at)


def _keeps(room: Room) -> bool:
    return room.hold_outcome == Room.HoldOutcome.KEEP


def _decision(room: Room, message: Message) -> Draft:
    number, was_published = message.number, message.published_seq is not None
    reason = Reason.UNREVIEWED
    payload: OnMessage
    if room.hold_outcome == Room.HoldOutcome.RELEASE:
        released = MessageRestored(message=number, hold=True)
        payload = released if was_published else MessageApproved(message=number)
    else:
        removed = MessageRemoved(message=number, reason=reason, hold=True)
        payload = removed if was_published else MessageRejected(message=number, reason=reason)
    return Draft(payload, None)


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Let the time of what waits already begin anew: nobody was told of this policy before."""
    if isinstance(draft.payload, HoldPolicyChanged):
        Message.objects.filter(room=ctx.room, status=Message.Status.HELD).update(held_at=entry.at)


due.append(_due)
observers.append(_observe)
