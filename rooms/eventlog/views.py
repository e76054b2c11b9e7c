"""What templates are given of an event: plain data that also travels between workers as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from rooms.eventlog.models import Room

ERASED = "—"
"""What stands in place of the name of a person who was erased; nobody can take it."""


def shown_name(name: str) -> str:
    """Return a name as it is shown; in words, in the reader's language, for one erased."""
    return gettext("deleted person") if name == ERASED else name


def clock(at: datetime) -> str:
    """Return when something was said, with its day even today.

    Events are rendered at different times, by different workers, for pages that are kept: the
    same one has to look the same each time. ``times.js`` leaves out what a reader need not be told.
    """
    return date_format(timezone.localtime(at), "j N Y, H:i")


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
    signature_count: int = 0
    threshold: int = 0


class PersonView(msgspec.Struct, frozen=True):
    id: int
    known_name: str
    role: str

    @property
    def name(self) -> str:
        return shown_name(self.known_name)


class ReactionView(msgspec.Struct, frozen=True):
    emoji: str
    count: int


class QuoteView(msgspec.Struct, frozen=True):
    """The message replied to. ``excerpt`` is None where it cannot be read any more."""

    number: int
    author: PersonView
    excerpt: str | None

    @property
    def author_name(self) -> str:
        return self.author.name


class MessageView(msgspec.Struct, frozen=True):
    """A message as it stands now.

    ``text`` is None unless the message is visible, or held and read by someone who may.
    ``removed_by`` is "author", "moderator", or "erasure" where its author had everything erased.
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


class CrewView(msgspec.Struct, frozen=True):
    """Somebody who has to do with a task, and how."""

    person: PersonView
    state: str


class TaskView(msgspec.Struct, frozen=True):
    """A task as it stands now. ``title`` is "" where its author was erased.

    ``column`` is the part of the board that it belongs to, ``taken`` how many places are taken,
    ``source`` the number of the message that it was made from, ``of`` that of the task whose shift
    it is. ``is_divided``: its shifts are taken in place of it.
    """

    number: int
    title: str
    place: str
    role: str
    note: str
    source: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    capacity: int
    taken: int
    column: str
    people: list[CrewView]
    of: int | None = None
    is_divided: bool = False

    @property
    def is_full(self) -> bool:
        return self.taken >= self.capacity

    @property
    def is_cancelled(self) -> bool:
        return self.column == "cancelled"

    def state_of(self, participant: int | None) -> str:
        """Return how somebody stands to the task, "" for not at all."""
        return next((one.state for one in self.people if one.person.id == participant), "")


class LinkView(msgspec.Struct, frozen=True):
    """Another room that an event names, while whoever reads the event may read it."""

    slug: str
    title: str
    kind: str = ""


class AnnouncementView(msgspec.Struct, frozen=True):
    """What everybody has to know. ``text`` is "" where its author was erased.

    ``version`` names the text that is to be acknowledged.
    """

    number: int
    author: PersonView
    at: datetime
    text: str
    version: int
    is_edited: bool = False


class GuestView(msgspec.Struct, frozen=True):
    """What one person answered to a meetup. ``waits`` is their place in the line, from 1.

    ``is_outdated``: its time or place has changed since.
    """

    person: PersonView
    answer: str
    companions: int
    waits: int = 0
    is_outdated: bool = False


class MeetupView(msgspec.Struct, frozen=True):
    """A meetup as it stands now. ``title`` is "" where its author was erased.

    ``place`` is a code of the gazetteer, ``taken`` how many places are taken.
    """

    number: int
    title: str
    town: str
    spot: str
    note: str
    place: str
    starts_at: datetime
    ends_at: datetime | None
    capacity: int | None
    is_cancelled: bool
    has_moved: bool
    taken: int
    guests: list[GuestView]

    @property
    def where(self) -> str:
        """Return the place in words."""
        return ", ".join(filter(None, (self.spot, self.town)))

    @property
    def coming(self) -> list[GuestView]:
        """Return who has a place."""
        return [one for one in self.guests if one.answer == "yes" and not one.waits]

    @property
    def line(self) -> list[GuestView]:
        """Return who waits for a place, the next one first."""
        return sorted((one for one in self.guests if one.waits), key=lambda one: one.waits)

    @property
    def maybe(self) -> list[GuestView]:
        return [one for one in self.guests if one.answer == "maybe"]

    @property
    def codes(self) -> str:
        """Return all answers in short: who, the first letter, the place in the line, "!" if old.

        Each reader's page finds its own there: with names, a large meetup would weigh too much.
        """
        return " ".join(
            f"{one.person.id}:{one.answer[0]}{one.waits or ''}{'!' if one.is_outdated else ''}"
            for one in self.guests
        )

    def answer_of(self, participant: int | None) -> GuestView | None:
        """Return what somebody answered, if they did."""
        return next((one for one in self.guests if one.person.id == participant), None)


class EventView(msgspec.Struct, frozen=True):
    """One event with what it concerns as it stands now, not as it stood then.

    A removed message is therefore a tombstone in each event that ever named it.
    ``to`` is the participant who sees the parts addressed to the author. ``link`` is None, too,
    where the room it names cannot be read any more.
    """

    room: RoomView
    seq: int
    type: str
    at: datetime
    payload: dict[str, Any]
    actor: PersonView | None = None
    message: MessageView | None = None
    task: TaskView | None = None
    announcement: AnnouncementView | None = None
    meetup: MeetupView | None = None
    participant: PersonView | None = None
    to: int | None = None
    link: LinkView | None = None


_decoder = msgspec.json.Decoder(list[EventView])


def encode_views(views: Sequence[EventView]) -> bytes:
    """Return the views as JSON for another worker."""
    return msgspec.json.encode(views)


def decode_views(raw: bytes) -> list[EventView]:
    """Return what :func:`encode_views` was given; raises ``msgspec.MsgspecError``."""
    return _decoder.decode(raw)
