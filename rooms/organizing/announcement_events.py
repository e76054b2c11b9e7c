"""Events of announcements: made, and read by each person."""

from typing import Any, ClassVar

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload, To
from rooms.eventlog.registry import ReadModel, event_type, read_models
from rooms.organizing.checks import require_desk
from rooms.organizing.models import Acknowledgement, Announcement
from rooms.people.permissions import participant
from rooms.people.roles import Action


@event_type("announcement.made")
class AnnouncementMade(Payload, frozen=True):
    """Everybody has to know something; its number is this sequence."""

    client_id: str
    policy: int
    parts: ClassVar[tuple[Part, ...]] = (Part("log"), Part("announcements"))

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        made = Announcement.objects.filter(author=draft.actor_id, client_id=self.client_id)
        return made.values_list("number", flat=True).first()

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_desk(ctx, draft, Action.ORGANISE)
        if self.policy != ctx.room.policy_version:
            raise Refused(Code.POLICY_MOVED)

    def apply(self, ctx: Context, entry: Entry) -> None:
        assert entry.actor_id is not None, "permit lets only participants announce"
        Announcement.objects.create(
            room=ctx.room,
            number=entry.seq,
            author_id=entry.actor_id,
            client_id=self.client_id,
            at=entry.at,
        )

    def announcement_number(self, seq: int) -> int:
        return seq


@event_type("announcement.acknowledged")
class AnnouncementAcknowledged(Payload, frozen=True):
    """Somebody has read an announcement: their devices show it no more. Only they say so."""

    announcement: int
    participant: int
    parts: ClassVar[tuple[Part, ...]] = (Part("announcement-{announcement}", "delete", To.AUTHOR),)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        read = Acknowledgement.objects.filter(
            announcement__room=ctx.room,
            announcement__number=self.announcement,
            participant=draft.actor_id,
        )
        return read.values_list("seq", flat=True).first()

    def permit(self, ctx: Context, draft: Draft) -> None:
        # Whoever is there may say so, muted or paused as well.
        if draft.actor_id != self.participant:
            raise Refused(Code.FORBIDDEN)
        participant(ctx, self.participant)
        _get(ctx, self.announcement)

    def apply(self, ctx: Context, entry: Entry) -> None:
        Acknowledgement.objects.create(
            announcement=_get(ctx, self.announcement),
            participant_id=self.participant,
            seq=entry.seq,
        )

    def announcement_number(self, seq: int) -> int:
        return self.announcement

    def participant_id(self) -> int:
        return self.participant


def _get(ctx: Context, number: int) -> Announcement:
    found = Announcement.objects.filter(room=ctx.room, number=number).first()
    if found is None:
        raise Refused(Code.FORBIDDEN)
    return found


def _reset(room_id: int) -> None:
    Announcement.objects.filter(room=room_id).delete()


def _snapshot(room_id: int) -> Any:
    made = Announcement.objects.filter(room=room_id).order_by("number")
    read = Acknowledgement.objects.filter(announcement__room=room_id).order_by("seq")
    return [
        list(made.values_list("number", "author", "client_id", "at")),
        list(read.values_list("announcement__number", "participant", "seq")),
    ]


read_models.append(ReadModel(_reset, _snapshot))
