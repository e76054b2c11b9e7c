"""What an event is made of: the payload class of its type, and what is handed to that class."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

import msgspec
from django.db.models import Model

from rooms.eventlog.models import Event, Room
from rooms.eventlog.views import MessageView


class To(StrEnum):
    """Who sees a part of an event on screen."""

    EVERYONE = "everyone"
    MODERATORS = "moderators"
    AUTHOR = "author"


@dataclass(frozen=True)
class Part:
    """How an event changes a page: ``swap`` what its template gives ``into`` an element.

    ``into`` is a DOM id; ``{n}`` stands for the number of the message concerned,
    ``{task}`` for that of the task, ``{of}`` for that of the task whose shift it is,
    ``{announcement}`` for that of the announcement, ``{meetup}`` for that of the meetup.
    Swap "delete" takes the element away and needs no template.
    """

    into: str
    swap: str = "beforeend"
    to: To = To.EVERYONE


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an event type records, whom it lets do so, and what it changes.

    No free text and no identity belongs here: the log is never rewritten, and both must
    remain erasable.
    """

    parts: ClassVar[tuple[Part, ...]] = ()
    adds: ClassVar[bool] = False
    """Whether it only adds: nothing that was there before looks otherwise after it."""

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        """Return the sequence of the event that already did this, if one did."""
        return None

    def permit(self, ctx: Context, draft: Draft) -> None:
        """Raise ``Refused`` unless the actor may do this now; runs under the room's lock."""
        raise NotImplementedError

    def apply(self, ctx: Context, entry: Entry) -> None:
        """Change the read models. Must give the same result when the log is folded again."""

    def message_number(self, seq: int) -> int | None:
        """Return the number of the message concerned, if any."""
        return None

    def task_number(self, seq: int) -> int | None:
        """Return the number of the task concerned, if any."""
        return None

    def announcement_number(self, seq: int) -> int | None:
        """Return the number of the announcement concerned, if any."""
        return None

    def meetup_number(self, seq: int) -> int | None:
        """Return the number of the meetup concerned, if any."""
        return None

    def participant_id(self) -> int | None:
        """Return the participant acted on, if any."""
        return None

    def linked_room_id(self) -> int | None:
        """Return the other room that this is about, if any."""
        return None


@dataclass(frozen=True)
class Draft:
    """An event that is not yet in the log. ``text`` goes to a row of its own, never into it.

    ``undoes`` is the sequence of the decision that this takes back: whatever came after it stands.
    """

    payload: Payload
    actor_id: int | None
    text: str = ""
    undoes: int | None = None


@dataclass(frozen=True)
class Entry:
    """An event being applied: what ``Payload.apply`` is given.

    ``folding``: it was logged before, and the read models are being derived again; texts
    stay where they are.
    """

    seq: int
    at: datetime
    actor_id: int | None
    text: str = ""
    folding: bool = False


@dataclass
class Context:
    """What permission and application see: the locked room, the time, and a memo per append.

    ``views`` has the messages that this append made, as they stand after it. What ``apply`` or an
    observer puts in ``then`` is logged next, each unless it is refused; a fold finds it in the log
    and passes it by.
    """

    room: Room
    now: datetime
    memo: dict[str, Any] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    rows: list[Model] = field(default_factory=list)
    views: dict[int, MessageView] = field(default_factory=dict)
    then: list[Draft] = field(default_factory=list)
