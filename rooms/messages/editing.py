"""Changing one's own message within a window."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Draft
from rooms.messages.checks import is_own
from rooms.messages.events import MessageEdited
from rooms.messages.models import Message, MessageBody
from rooms.messages.posting import ATTEMPTS, Receipt, screen_text
from rooms.moderation.policy import refresh_rules
from rooms.moderation.screening import MAX_LENGTH, Outcome
from rooms.people.models import Participant
from rooms.text import clean


def edit_message(
    *,
    room: Room,
    actor: Participant,
    number: int,
    text: str,
    limit: int = MAX_LENGTH,
    any_time: bool = False,
) -> Receipt:
    """Replace the text of one's own message; raises ``Refused``.

    A text that would have to wait for a moderator is refused: nothing published may be
    replaced by something unseen. The same text again changes nothing. ``limit`` is how many
    code points it may have; ``any_time``: also when the time for changing a message is over.
    """
    text = clean(text, limit=limit)
    for attempt in range(1, ATTEMPTS + 1):
        message = _editable(room, actor, number, any_time)
        current = MessageBody.objects.filter(room=room, number=number).first()
        if current is not None and current.text == text:
            return Receipt(room.head, number, "done")
        verdict = screen_text(room=room, author=actor, text=text, is_edit=True, limit=limit)
        if verdict.outcome is Outcome.HOLD:
            raise Refused(Code.HELD, rule=verdict.rule, span=verdict.span)
        edited = MessageEdited(
            message=number, revision=message.revision + 1, policy=room.policy_version
        )
        try:
            event = append_one(room.pk, Draft(edited, actor.pk, text))
        except Refused as refusal:
            if refusal.code is not Code.POLICY_MOVED or attempt == ATTEMPTS:
                raise
            refresh_rules(room)
        else:
            return Receipt(event.seq, number, "done")
    raise AssertionError("unreachable")


def can_edit(message: Message) -> bool:
    """Tell whether the time for changing a message is not over."""
    return bool(timezone.now() - message.at <= timedelta(minutes=settings.EDIT_MINUTES))


def _editable(room: Room, actor: Participant, number: int, any_time: bool) -> Message:
    message = Message.objects.filter(room=room, number=number).first()
    if message is None or message.status != Message.Status.VISIBLE:
        raise Refused(Code.NOT_FOUND)
    if not is_own(message, actor.pk):
        raise Refused(Code.FORBIDDEN)
    if not any_time and not can_edit(message):
        raise Refused(Code.TOO_LATE)
    return message
