"""Events about the room itself: when it opens and closes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload
from rooms.eventlog.registry import ReadModel, due, event_type, read_models
from rooms.people.permissions import require
from rooms.people.roles import Action

_SHOWN = (Part("log"), Part("room-state", "outerHTML"))


def require_open(ctx: Context) -> None:
    """Raise ``Refused`` unless the room is open at this moment."""
    if ctx.room.status == Room.Status.CLOSED:
        raise Refused(Code.CLOSED)
    if ctx.room.status == Room.Status.SCHEDULED:
        raise Refused(Code.NOT_OPEN)


@event_type("room.created")
class RoomCreated(Payload, frozen=True):
    """The first event of every room. Drafted only by ``create_room``."""

    opens_at: datetime | None
    closes_at: datetime | None

    def permit(self, ctx: Context, draft: Draft) -> None:
        if ctx.room.head != 0:
            raise Refused(Code.FORBIDDEN)

    def apply(self, ctx: Context, entry: Entry) -> None:
        ctx.room.opens_at, ctx.room.closes_at = self.opens_at, self.closes_at


@event_type("room.scheduled")
class RoomScheduled(Payload, frozen=True):
    """The opening or closing time was changed."""

    opens_at: datetime | None
    closes_at: datetime | None
    parts: ClassVar[tuple[Part, ...]] = _SHOWN

    def permit(self, ctx: Context, draft: Draft) -> None:
        require(ctx, draft.actor_id, Action.SCHEDULE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        ctx.room.opens_at, ctx.room.closes_at = self.opens_at, self.closes_at


@event_type("room.opened")
class RoomOpened(Payload, frozen=True):
    """The room takes messages from here on: on time (no actor), or by its organiser.

    Who opens it after the time at which it was to close, or has closed, opens it until further
    notice. The clock, which comes late to both times, does not: it closes it right after.
    """

    parts: ClassVar[tuple[Part, ...]] = _SHOWN

    def permit(self, ctx: Context, draft: Draft) -> None:
        require(ctx, draft.actor_id, Action.SCHEDULE)
        if ctx.room.status == Room.Status.OPEN:
            raise Refused(Code.STALE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        ctx.room.status = Room.Status.OPEN
        ctx.room.opens_at = entry.at
        by_hand = entry.actor_id is not None
        if by_hand and ctx.room.closes_at and ctx.room.closes_at <= entry.at:
            ctx.room.closes_at = None


@event_type("room.closed")
class RoomClosed(Payload, frozen=True):
    """The room takes no more messages: on time (no actor), or by its organiser."""

    parts: ClassVar[tuple[Part, ...]] = _SHOWN

    def permit(self, ctx: Context, draft: Draft) -> None:
        require(ctx, draft.actor_id, Action.SCHEDULE)
        if ctx.room.status == Room.Status.CLOSED:
            raise Refused(Code.STALE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        ctx.room.status = Room.Status.CLOSED
        ctx.room.closes_at = entry.at


def _due(room: Room, now: datetime) -> Iterable[Draft]:
    """Yield the opening and the closing that have fallen due, each once."""
    if room.status == Room.Status.SCHEDULED and room.opens_at and room.opens_at <= now:
        yield Draft(RoomOpened(), None)
    if room.status == Room.Status.OPEN and room.closes_at and room.closes_at <= now:
        yield Draft(RoomClosed(), None)


def _reset(room_id: int) -> None:
    Room.objects.filter(pk=room_id).update(
        status=Room.Status.SCHEDULED, opens_at=None, closes_at=None
    )


def _snapshot(room_id: int) -> Any:
    return Room.objects.values_list("status", "opens_at", "closes_at").get(pk=room_id)


due.append(_due)
read_models.append(ReadModel(_reset, _snapshot))
