"""Events of meetups: called, changed, cancelled."""

from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload
from rooms.eventlog.registry import ReadModel, event_type, read_models
from rooms.organizing.checks import find_tap, require_desk
from rooms.organizing.meetup_models import Meetup, Rsvp
from rooms.organizing.rsvp_events import fill
from rooms.organizing.seats import CAPACITY, get_meetup, require_on, require_span, seated
from rooms.people.roles import Action

LINE = Part("log")
CHANGED = (LINE, Part("meetup-{meetup}", "outerHTML"), Part("meetup-line-{meetup}", "outerHTML"))


def _require_sound(ctx: Context, of: "MeetupCalled | MeetupChanged") -> None:
    if of.capacity is not None and not 1 <= of.capacity <= CAPACITY:
        raise Refused(Code.BAD_SHAPE)
    require_span(of.starts_at, of.ends_at)
    if of.policy != ctx.room.policy_version:
        raise Refused(Code.POLICY_MOVED)


@event_type("meetup.called")
class MeetupCalled(Payload, frozen=True):
    """People are to meet; its number is this sequence. ``place`` is a code of the gazetteer."""

    client_id: str
    starts_at: datetime
    ends_at: datetime | None
    capacity: int | None
    place: str
    policy: int
    parts: ClassVar[tuple[Part, ...]] = (LINE, Part("meetups"), Part("meetup-lines"))

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        made = Meetup.objects.filter(author=draft.actor_id, client_id=self.client_id)
        return made.values_list("number", flat=True).first()

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_desk(ctx, draft, Action.ORGANISE)
        _require_sound(ctx, self)

    def apply(self, ctx: Context, entry: Entry) -> None:
        assert entry.actor_id is not None, "permit lets only participants call meetups"
        Meetup.objects.create(
            room=ctx.room,
            number=entry.seq,
            author_id=entry.actor_id,
            client_id=self.client_id,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            capacity=self.capacity,
            place=self.place,
            moved_seq=entry.seq,
        )

    def meetup_number(self, seq: int) -> int:
        return seq


@event_type("meetup.changed")
class MeetupChanged(Payload, frozen=True):
    """A meetup is another now. ``moved``: its time or its place is, and who answered is told."""

    meetup: int
    client_id: str
    starts_at: datetime
    ends_at: datetime | None
    capacity: int | None
    place: str
    moved: bool
    policy: int
    parts: ClassVar[tuple[Part, ...]] = CHANGED

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        sent = {"meetup": self.meetup, "client_id": self.client_id}
        return find_tap(ctx, draft, "meetup.changed", **sent)

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_desk(ctx, draft, Action.ORGANISE)
        meetup = get_meetup(ctx, self.meetup)
        if meetup.is_cancelled:
            require_on(ctx, meetup)
        _require_sound(ctx, self)
        if self.capacity is not None and seated(meetup) > self.capacity:
            full = _("More people than that have a place already.")
            raise Refused(Code.CONFLICT, full)

    def apply(self, ctx: Context, entry: Entry) -> None:
        meetup = get_meetup(ctx, self.meetup)
        ctx.memo["start_before"] = meetup.starts_at
        meetup.starts_at, meetup.ends_at = self.starts_at, self.ends_at
        meetup.capacity, meetup.place = self.capacity, self.place
        if self.moved:
            meetup.moved_seq = entry.seq
        meetup.save()
        fill(ctx, meetup)

    def meetup_number(self, seq: int) -> int:
        return self.meetup


@event_type("meetup.cancelled")
class MeetupCancelled(Payload, frozen=True):
    """A meetup does not take place."""

    meetup: int
    parts: ClassVar[tuple[Part, ...]] = CHANGED

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        return find_tap(ctx, draft, "meetup.cancelled", meetup=self.meetup)

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_desk(ctx, draft, Action.ORGANISE)
        require_on(ctx, get_meetup(ctx, self.meetup))

    def apply(self, ctx: Context, entry: Entry) -> None:
        Meetup.objects.filter(room=ctx.room, number=self.meetup).update(is_cancelled=True)

    def meetup_number(self, seq: int) -> int:
        return self.meetup


def _reset(room_id: int) -> None:
    Meetup.objects.filter(room=room_id).delete()


def _snapshot(room_id: int) -> Any:
    meetups = Meetup.objects.filter(room=room_id).order_by("number")
    about = ("number", "author", "client_id", "starts_at", "ends_at", "capacity", "place")
    rsvps = Rsvp.objects.filter(meetup__room=room_id).order_by("meetup__number", "participant")
    fields = ("meetup__number", "participant", "answer", "companions", "line_seq", "seq")
    return [
        list(meetups.values_list(*about, "moved_seq", "is_cancelled")),
        list(rsvps.values_list(*fields)),
    ]


read_models.append(ReadModel(_reset, _snapshot))
