"""Removing messages and deciding about held ones."""

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Draft
from rooms.messages.events import MessageApproved, MessageRejected, MessageRemoved
from rooms.messages.models import Message
from rooms.messages.posting import Receipt
from rooms.moderation.reasons import Reason
from rooms.people.models import Participant


def remove_message(
    *, room: Room, actor: Participant, number: int, reason: str = Reason.OTHER
) -> Receipt:
    """Take a message away, one's own or as a moderator; again gives the same answer.

    Raises ``Refused``. The reason counts only for a moderator's removal.
    """
    own = Message.objects.filter(room=room, number=number, author=actor).exists()
    payload = MessageRemoved(message=number, reason="" if own else _reason(reason))
    event = append_one(room.pk, Draft(payload, actor.pk))
    return Receipt(event.seq, number, "done")


def approve_message(*, room: Room, actor: Participant, number: int) -> Receipt:
    """Publish a held message; raises ``Refused``, with stale if it was decided already."""
    event = append_one(room.pk, Draft(MessageApproved(message=number), actor.pk))
    return Receipt(event.seq, number, "done")


def reject_message(
    *, room: Room, actor: Participant, number: int, reason: str = Reason.OTHER
) -> Receipt:
    """Refuse to publish a held message; raises ``Refused``, stale if it was decided already."""
    payload = MessageRejected(message=number, reason=_reason(reason))
    event = append_one(room.pk, Draft(payload, actor.pk))
    return Receipt(event.seq, number, "done")


def _reason(reason: str) -> Reason:
    if reason not in Reason.values:
        raise Refused(Code.BAD_SHAPE)
    return Reason(reason)
