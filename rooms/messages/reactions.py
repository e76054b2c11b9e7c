"""Reactions to messages."""

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Draft
from rooms.messages.events import MessageReacted
from rooms.messages.models import Reaction
from rooms.messages.posting import Receipt
from rooms.people.models import Participant

REACTIONS = ("👍", "👎", "❤️", "😮", "🤔", "👏")


def react(*, room: Room, actor: Participant, number: int, emoji: str, on: bool) -> Receipt:
    """Put an emoji on a message, or take it back; what stands already changes nothing."""
    if emoji not in REACTIONS:
        raise Refused(Code.BAD_SHAPE)
    mine = Reaction.objects.filter(room=room, number=number, participant=actor, emoji=emoji)
    if mine.exists() == on:
        return Receipt(room.head, number, "done")
    payload = MessageReacted(message=number, emoji=emoji, on=on)
    event = append_one(room.pk, Draft(payload, actor.pk))
    return Receipt(event.seq, number, "done")
