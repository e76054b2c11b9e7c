"""Events of an initiative's life. Who signed stands beside the log, never in it."""

from typing import Any, ClassVar

from django.db.models import QuerySet

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload
from rooms.eventlog.registry import ReadModel, event_type, read_models
from rooms.initiatives.checks import (
    get_signature,
    initiative_of,
    is_final,
    require_open_for_signatures,
    require_promoter,
)
from rooms.initiatives.models import (
    BoundRoom,
    Initiative,
    Promoter,
    ReportBack,
    Signature,
    Stage,
)
from rooms.initiatives.ranking import rank_of
from rooms.people.permissions import participant

_PROGRESS = Part("progress", "outerHTML")
_LINE = Part("log")


class _OnSignature(Payload, frozen=True):
    signature: int

    def count(self, ctx: Context, change: int) -> Initiative:
        """Change how many have signed, and where lists place the initiative when that tells."""
        initiative = initiative_of(ctx)
        ctx.room.signature_count += change
        rank = rank_of(ctx.room.signature_count)
        if rank != initiative.rank:
            initiative.rank = rank
            initiative.save(update_fields=["rank"])
        return initiative


@event_type("initiative.signed")
class InitiativeSigned(_OnSignature, frozen=True):
    """A signature counts from here on. Drafted only for those who have shown who they are."""

    parts: ClassVar[tuple[Part, ...]] = (_PROGRESS,)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        found = get_signature(initiative_of(ctx), self.signature)
        return found.seq if found.status == Signature.Status.COUNTED else None

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_open_for_signatures(initiative_of(ctx))

    def apply(self, ctx: Context, entry: Entry) -> None:
        initiative = self.count(ctx, +1)
        Signature.objects.filter(pk=self.signature).update(
            status=Signature.Status.COUNTED, seq=entry.seq, withdrawn_seq=None
        )
        if initiative.stage == Stage.PUBLISHED and ctx.room.signature_count >= ctx.room.threshold:
            ctx.then.append(Draft(InitiativeReached(), None))


@event_type("initiative.unsigned")
class InitiativeUnsigned(_OnSignature, frozen=True):
    """Somebody took their signature back. What was reached stays reached."""

    parts: ClassVar[tuple[Part, ...]] = (_PROGRESS,)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        found = get_signature(initiative_of(ctx), self.signature)
        return found.withdrawn_seq if found.status == Signature.Status.WITHDRAWN else None

    def permit(self, ctx: Context, draft: Draft) -> None:
        found = get_signature(initiative_of(ctx), self.signature)
        if found.status != Signature.Status.COUNTED:
            raise Refused(Code.STALE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        self.count(ctx, -1)
        Signature.objects.filter(pk=self.signature).update(
            status=Signature.Status.WITHDRAWN, withdrawn_seq=entry.seq
        )


@event_type("initiative.reached")
class InitiativeReached(Payload, frozen=True):
    """As many have signed as the initiative asked for."""

    parts: ClassVar[tuple[Part, ...]] = (_LINE, _PROGRESS)

    def permit(self, ctx: Context, draft: Draft) -> None:
        if draft.actor_id is not None or initiative_of(ctx).stage != Stage.PUBLISHED:
            raise Refused(Code.FORBIDDEN)

    def apply(self, ctx: Context, entry: Entry) -> None:
        initiative = initiative_of(ctx)
        initiative.stage, initiative.reached_at = Stage.REACHED, entry.at
        initiative.save(update_fields=["stage", "reached_at"])


@event_type("initiative.bound")
class InitiativeBound(Payload, frozen=True):
    """A promoter opened a debate or an action room for the initiative."""

    room: int
    parts: ClassVar[tuple[Part, ...]] = (_LINE, _PROGRESS)

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_promoter(ctx, draft)
        initiative = initiative_of(ctx)
        if not initiative.is_visible or is_final(initiative.stage):
            raise Refused(Code.CLOSED)

    def apply(self, ctx: Context, entry: Entry) -> None:
        initiative = initiative_of(ctx)
        BoundRoom.objects.create(initiative=initiative, room_id=self.room, seq=entry.seq)
        kind = Room.objects.values_list("kind", flat=True).get(pk=self.room)
        if kind == Room.Kind.ACTION and not is_final(initiative.stage):
            initiative.stage = Stage.IN_ACTION
            initiative.save(update_fields=["stage"])

    def linked_room_id(self) -> int:
        return self.room


@event_type("initiative.reported")
class InitiativeReported(Payload, frozen=True):
    """The promoters' report is published: ``message`` is its text. Drafted by the machine alone."""

    message: int
    parts: ClassVar[tuple[Part, ...]] = (_LINE, _PROGRESS)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        return self._reports(ctx).values_list("seq", flat=True).first()

    def permit(self, ctx: Context, draft: Draft) -> None:
        if draft.actor_id is not None or not self._reports(ctx).exists():
            raise Refused(Code.FORBIDDEN)

    def apply(self, ctx: Context, entry: Entry) -> None:
        initiative = initiative_of(ctx)
        self._reports(ctx).update(seq=entry.seq)
        initiative.stage = Stage.REPORTED
        initiative.save(update_fields=["stage"])

    def _reports(self, ctx: Context) -> QuerySet[ReportBack]:
        return ReportBack.objects.filter(initiative=initiative_of(ctx), text_number=self.message)

    def message_number(self, seq: int) -> int:
        return self.message


@event_type("initiative.archived")
class InitiativeArchived(Payload, frozen=True):
    """A promoter ended it: nobody signs any more, everything stays readable."""

    parts: ClassVar[tuple[Part, ...]] = (_LINE, _PROGRESS)

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_promoter(ctx, draft)
        if is_final(initiative_of(ctx).stage):
            raise Refused(Code.STALE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        initiative = initiative_of(ctx)
        initiative.stage = Stage.ARCHIVED
        initiative.save(update_fields=["stage"])


@event_type("promoter.added")
class PromoterAdded(Payload, frozen=True):
    """Somebody promotes the initiative: who proposed it, or who took up an invitation.

    Drafted only by those two functions.
    """

    participant: int
    parts: ClassVar[tuple[Part, ...]] = (_LINE,)

    def permit(self, ctx: Context, draft: Draft) -> None:
        if draft.actor_id != self.participant:
            raise Refused(Code.FORBIDDEN)
        if Promoter.objects.filter(participant=self.participant).exists():
            raise Refused(Code.STALE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        initiative, person = initiative_of(ctx), participant(ctx, self.participant)
        Promoter.objects.create(initiative=initiative, participant=person, seq=entry.seq)

    def participant_id(self) -> int:
        return self.participant


@event_type("promoter.left")
class PromoterLeft(Payload, frozen=True):
    """A promoter promotes no longer, by their own choice; the last one stays."""

    participant: int
    parts: ClassVar[tuple[Part, ...]] = (_LINE,)

    def permit(self, ctx: Context, draft: Draft) -> None:
        if require_promoter(ctx, draft).pk != self.participant:
            raise Refused(Code.FORBIDDEN)
        if Promoter.objects.filter(initiative=initiative_of(ctx)).count() < 2:
            raise Refused(Code.FORBIDDEN)

    def apply(self, ctx: Context, entry: Entry) -> None:
        Promoter.objects.filter(participant=self.participant).delete()

    def participant_id(self) -> int:
        return self.participant


def _reset(room_id: int) -> None:
    Room.objects.filter(pk=room_id).update(signature_count=0)
    initiatives = Initiative.objects.filter(room=room_id)
    initiatives.update(
        stage=Stage.SCREENED, is_visible=False, rank=0, published_at=None, reached_at=None
    )
    Promoter.objects.filter(initiative__in=initiatives).delete()
    BoundRoom.objects.filter(initiative__in=initiatives).delete()
    ReportBack.objects.filter(initiative__in=initiatives).update(seq=None)
    signatures = Signature.objects.filter(initiative__in=initiatives, seq__isnull=False)
    signatures.update(status=Signature.Status.PENDING, seq=None, withdrawn_seq=None)


def _snapshot(room_id: int) -> Any:
    derived = ("stage", "is_visible", "rank", "published_at", "reached_at", "room__signature_count")
    initiatives = Initiative.objects.filter(room=room_id)
    if not (rows := list(initiatives.values_list(*derived))):
        return []
    signed = Signature.objects.filter(initiative__in=initiatives).order_by("pk")
    promoters = Promoter.objects.filter(initiative__in=initiatives).order_by("participant")
    bound = BoundRoom.objects.filter(initiative__in=initiatives).order_by("room")
    reports = ReportBack.objects.filter(initiative__in=initiatives).order_by("pk")
    return [
        rows,
        list(signed.values_list("pk", "status", "seq", "withdrawn_seq")),
        list(promoters.values_list("participant", "seq")),
        list(bound.values_list("room", "seq")),
        list(reports.values_list("pk", "seq")),
    ]


read_models.append(ReadModel(_reset, _snapshot))
