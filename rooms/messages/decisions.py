"""Removing messages and deciding about held ones."""

from rooms.eventlog.append import append_one
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Draft
from rooms.messages.decision_events import (
    MessageApproved,
    MessageClaimed,
    MessageRejected,
    MessageRemoved,
    MessageRestored,
    MessageWithheld,
)
from rooms.messages.events import OnMessage
from rooms.messages.models import Message
from rooms.messages.posting import Receipt
from rooms.moderation.reasons import Reason, chosen
from rooms.people.models import Participant


def remove_message(
    *, room: Room, actor: Participant, number: int, reason: str = Reason.OTHER
) -> Receipt:
    """Take a message away, one's own or as a moderator; again gives the same answer.

    Raises ``Refused``. The reason counts only for a moderator's removal.
    """
    return _log(room, actor, removal(room, actor, number, reason))


def removal(room: Room, actor: Participant, number: int, reason: str) -> MessageRemoved:
    """Return what logs a removal."""
    own = Message.objects.filter(room=room, number=number, author=actor).exists()
    return MessageRemoved(message=number, reason="" if own else chosen(reason))


def approve_message(*, room: Room, actor: Participant, number: int) -> Receipt:
    """Publish a held message; raises ``Refused``, with stale if it was decided already.

    One that was published before stands again where it stood.
    """
    return _log(room, actor, approval(room, number))


def approval(room: Room, number: int) -> MessageApproved | MessageRestored:
    """Return what logs an approval."""
    if _was_published(room, number):
        return MessageRestored(message=number, hold=True)
    return MessageApproved(message=number)


def reject_message(
    *, room: Room, actor: Participant, number: int, reason: str = Reason.OTHER
) -> Receipt:
    """Refuse to publish a held message; raises ``Refused``, stale if it was decided already.

    One that was published before is removed.
    """
    return _log(room, actor, rejection(room, number, reason))


def rejection(room: Room, number: int, reason: str) -> MessageRejected | MessageRemoved:
    """Return what logs a rejection."""
    if _was_published(room, number):
        return MessageRemoved(message=number, reason=chosen(reason), hold=True)
    return MessageRejected(message=number, reason=chosen(reason))


def withhold_message(*, room: Room, actor: Participant, number: int) -> Receipt:
    """Let a message wait for a moderator again, whatever was decided; raises ``Refused``."""
    return _log(room, actor, MessageWithheld(message=number, rule=""))


def restore_message(*, room: Room, actor: Participant, number: int) -> Receipt:
    """Put a message back that a moderator removed, while its text is kept; raises ``Refused``."""
    return _log(room, actor, MessageRestored(message=number))


def claim_message(*, room: Room, actor: Participant, number: int) -> Receipt:
    """Tell the other moderators that one is handling a hold; raises ``Refused``."""
    return _log(room, actor, MessageClaimed(message=number))


def _log(room: Room, actor: Participant, payload: OnMessage) -> Receipt:
    event = append_one(room.pk, Draft(payload, actor.pk))
    return Receipt(event.seq, payload.message, "done")


def _was_published(room: Room, number: int) -> bool:
    rows = Message.objects.filter(room=room, number=number, published_seq__isnull=False)
    return rows.exists()
