"""All models of the domain, under one app label and one migration history.

Importing this also registers every event type.
"""

from rooms.eventlog.models import Event, Room
from rooms.ledger import chain as ledger_chain
from rooms.ledger.models import LedgerEntry
from rooms.lifecycle import events as lifecycle_events
from rooms.messages import decision_events, holds
from rooms.messages import events as message_events
from rooms.messages import selectors as message_selectors
from rooms.messages.models import Message, MessageBody, Reaction, VaultedBody
from rooms.moderation import events as moderation_events
from rooms.moderation import room_events
from rooms.moderation.models import RoomPolicy
from rooms.people import events as people_events
from rooms.people.models import Participant, User

__all__ = [
    "Event",
    "LedgerEntry",
    "Message",
    "MessageBody",
    "Participant",
    "Reaction",
    "Room",
    "RoomPolicy",
    "User",
    "VaultedBody",
    "decision_events",
    "holds",
    "ledger_chain",
    "lifecycle_events",
    "message_events",
    "message_selectors",
    "moderation_events",
    "people_events",
    "room_events",
]
