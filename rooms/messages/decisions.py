"""Removing messages and deciding about held ones."""

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Draft
from rooms.messages.checks import is_own
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


def removal(
    room: Room, actor: Participant, number: int, reason: str
) -> MessageRemoved | MessageRejected:
    """Return what logs a removal; to remove what waits, and nobody has read, is to reject it."""
    found = Message.objects.filter(room=room, number=number).select_related("author").first()
    own = found is not None and is_own(found, actor.pk)
    if found and not own and found.status == Message.Status.HELD and found.published_seq is None:
        return MessageRejected(message=number, reason=chosen(reason))
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


def withhold_message(
    *, room: Room, actor: Participant, number: int, undoes: int | None = None
) -> Receipt:
    """Let a message wait for a moderator again, whatever was decided; raises ``Refused``.

    ``undoes`` names the decision that is taken back: if another one came after it, that stands.
    """
    return _log(room, actor, MessageWithheld(message=number, rule=""), undoes)


def restore_message(
    *, room: Room, actor: Participant, number: int, undoes: int | None = None
) -> Receipt:
    """Put a message back that a moderator removed, while its text is kept; raises ``Refused``.

    ``undoes`` is as for :func:`withhold_message`.
    """
    return _log(room, actor, MessageRestored(message=number), undoes)


def claim_message(*, room: Room, actor: Participant, number: int) -> Receipt:
    """Tell the other moderators that one is handling a hold; raises ``Refused``.

    A claim that one's own decision has overtaken has nothing to tell any more, and is no error:
    opening a hold claims it, and a quick hand decides before that has arrived.
    """
    try:
        return _log(room, actor, MessageClaimed(message=number))
    except Refused as refused:
        decided = Message.objects.filter(room=room, number=number, decided_by=actor).first()
        if refused.code is not Code.STALE or decided is None or decided.decided_seq is None:
            raise
        return Receipt(decided.decided_seq, number, "done")


def _log(room: Room, actor: Participant, payload: OnMessage, undoes: int | None = None) -> Receipt:
    event = append_one(room.pk, Draft(payload, actor.pk, undoes=undoes))
    return Receipt(event.seq, payload.message, "done")


def _was_published(room: Room, number: int) -> bool:
    rows = Message.objects.filter(room=room, number=number, published_seq__isnull=False)
    return rows.exists()
