"""Events of announcements: made, changed, and read by each person."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload, To
from rooms.eventlog.registry import ReadModel, event_type, name_of, read_models
from rooms.organizing.checks import find_tap, require_desk
from rooms.organizing.models import Acknowledgement, Announcement
from rooms.people.permissions import participant
from rooms.people.roles import Action

_LINE = Part("e-{announcement}", "outerHTML")
"""Where the log said it first, it says what is so now."""


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


@event_type("announcement.edited")
class AnnouncementEdited(Payload, frozen=True):
    """An announcement says it in other words; who has read it need not read it again."""

    announcement: int
    client_id: str
    policy: int
    parts: ClassVar[tuple[Part, ...]] = (_LINE, Part("announcement-{announcement}", "outerHTML"))

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        sent = {"announcement": self.announcement, "client_id": self.client_id}
        return find_tap(ctx, draft, name_of(self), **sent)

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_desk(ctx, draft, Action.ORGANISE)
        _get(ctx, self.announcement)
        if self.policy != ctx.room.policy_version:
            raise Refused(Code.POLICY_MOVED)

    def apply(self, ctx: Context, entry: Entry) -> None:
        announcement = _get(ctx, self.announcement)
        announcement.edited_seq = entry.seq
        announcement.save()

    def announcement_number(self, seq: int) -> int:
        return self.announcement


@event_type("announcement.renewed")
class AnnouncementRenewed(AnnouncementEdited, frozen=True):
    """An announcement says something else: it is on every device again, until it was read."""

    parts: ClassVar[tuple[Part, ...]] = (Part("log"), _LINE, Part("announcements"))

    def apply(self, ctx: Context, entry: Entry) -> None:
        announcement = _get(ctx, self.announcement)
        announcement.edited_seq = announcement.renewed_seq = entry.seq
        announcement.save()
        announcement.acknowledgements.all().delete()


@event_type("announcement.acknowledged")
class AnnouncementAcknowledged(Payload, frozen=True):
    """Somebody has read an announcement: their devices show it no more. Only they say so.

    ``version`` is what they have read: what is asked of them again since, they have not.
    """

    announcement: int
    participant: int
    version: int = 0
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
        if self.version < _get(ctx, self.announcement).version:
            raise Refused(Code.STALE, _("It has changed since. Read it again."))

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
        list(made.values_list("number", "author", "client_id", "at", "edited_seq", "renewed_seq")),
        list(read.values_list("announcement__number", "participant", "seq")),
    ]


read_models.append(ReadModel(_reset, _snapshot))
