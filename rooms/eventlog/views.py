"""What templates are given of an event: plain data that also travels between workers as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from rooms.eventlog.models import Room


class RoomView(msgspec.Struct, frozen=True):
    id: int
    slug: str
    kind: str
    language: str
    status: str
    opens_at: datetime | None
    closes_at: datetime | None
    is_paused: bool = False
    is_locked: bool = False
    slow_seconds: int = 0
    hold_all: bool = False
    hold_newcomers: bool = False
    hold_outcome: str = Room.HoldOutcome.KEEP
    hold_minutes: int = 0


class PersonView(msgspec.Struct, frozen=True):
    id: int
    name: str
    role: str


class ReactionView(msgspec.Struct, frozen=True):
    emoji: str
    count: int


class QuoteView(msgspec.Struct, frozen=True):
    """The message replied to. ``excerpt`` is None where it cannot be read any more."""

    number: int
    author_name: str
    excerpt: str | None


class MessageView(msgspec.Struct, frozen=True):
    """A message as it stands now.

    ``text`` is None unless the message is visible, or held and read by someone who may.
    ``span`` is the (start, end) of the screener's match in ``text``, in code points.
    """

    number: int
    author: PersonView
    at: datetime
    side: str
    text: str | None
    status: str
    edited: bool = False
    removed_by: str = ""
    reason: str = ""
    rule: str = ""
    span: tuple[int, int] | None = None
    decided_by: PersonView | None = None
    held_at: datetime | None = None
    claimed_by: PersonView | None = None
    claimed_at: datetime | None = None
    was_published: bool = False
    reply_to: QuoteView | None = None
    reactions: list[ReactionView] = []


class EventView(msgspec.Struct, frozen=True):
    """One event with what it concerns as it stands now, not as it stood then.

    A removed message is therefore a tombstone in each event that ever named it.
    ``to`` is the participant who sees the parts addressed to the author.
    """

    room: RoomView
    seq: int
    type: str
    at: datetime
    payload: dict[str, Any]
    actor: PersonView | None = None
    message: MessageView | None = None
    participant: PersonView | None = None
    to: int | None = None


_decoder = msgspec.json.Decoder(list[EventView])


def encode_views(views: Sequence[EventView]) -> bytes:
    """Return the views as JSON for another worker."""
    return msgspec.json.encode(views)


def decode_views(raw: bytes) -> list[EventView]:
    """Return what :func:`encode_views` was given; raises ``msgspec.MsgspecError``."""
    return _decoder.decode(raw)
