"""Events of those who answer a meetup's call: what they answer, and who moves up."""

from typing import ClassVar

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload
from rooms.eventlog.registry import event_type, observers
from rooms.messages.checks import require_calm
from rooms.organizing.checks import find_tap, require_desk
from rooms.organizing.meetup_models import Answer, Meetup, Rsvp
from rooms.organizing.seats import (
    COMPANIONS,
    get_meetup,
    line_place,
    next_up,
    require_on,
    require_seats,
)
from rooms.people.events import ParticipantMerged
from rooms.people.models import Participant
from rooms.people.roles import Action

CARD = Part("meetup-{meetup}", "outerHTML")


@event_type("rsvp.given")
class RsvpGiven(Payload, frozen=True):
    """Somebody says whether they come, and with how many; ``client_id`` names the tap."""

    meetup: int
    participant: int
    answer: Answer
    companions: int
    client_id: str
    parts: ClassVar[tuple[Part, ...]] = (CARD,)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        sent = {"meetup": self.meetup, "client_id": self.client_id}
        return find_tap(ctx, draft, "rsvp.given", **sent)

    def permit(self, ctx: Context, draft: Draft) -> None:
        actor = require_desk(ctx, draft, Action.TAKE_TASK)
        if self.participant != actor.pk:
            raise Refused(Code.FORBIDDEN)
        is_sound = 0 <= self.companions <= COMPANIONS
        if not is_sound or (self.companions and self.answer is not Answer.YES):
            raise Refused(Code.BAD_SHAPE)
        meetup = get_meetup(ctx, self.meetup)
        require_on(ctx, meetup)
        if self.answer is Answer.YES:
            require_seats(meetup, _find(meetup, self.participant), self.companions)
        require_calm(ctx, actor, "rsvp.given")

    def apply(self, ctx: Context, entry: Entry) -> None:
        meetup = get_meetup(ctx, self.meetup)
        before, line_seq = _find(meetup, self.participant), None
        if self.answer is Answer.YES:
            line_seq = line_place(meetup, before, self.companions, entry.seq)
        fields = {"answer": self.answer, "companions": self.companions}
        Rsvp.objects.update_or_create(
            meetup=meetup,
            participant_id=self.participant,
            defaults={**fields, "line_seq": line_seq, "seq": entry.seq},
        )
        fill(ctx, meetup)

    def participant_id(self) -> int:
        return self.participant

    def meetup_number(self, seq: int) -> int:
        return self.meetup


@event_type("rsvp.moved_up")
class RsvpMovedUp(Payload, frozen=True):
    """Somebody who waited has a place. Drafted only by :func:`fill`."""

    meetup: int
    participant: int
    parts: ClassVar[tuple[Part, ...]] = (CARD,)

    def permit(self, ctx: Context, draft: Draft) -> None:
        first = next_up(ctx, get_meetup(ctx, self.meetup))
        if draft.actor_id is not None or not first or first.participant_id != self.participant:
            raise Refused(Code.FORBIDDEN)

    def apply(self, ctx: Context, entry: Entry) -> None:
        meetup = get_meetup(ctx, self.meetup)
        Rsvp.objects.filter(meetup=meetup, participant=self.participant).update(line_seq=None)
        fill(ctx, meetup)

    def participant_id(self) -> int:
        return self.participant

    def meetup_number(self, seq: int) -> int:
        return self.meetup


def fill(ctx: Context, meetup: Meetup) -> None:
    """Let the next one in the line move up if there is a place now; the others follow in turn."""
    if first := next_up(ctx, meetup):
        ctx.then.append(Draft(RsvpMovedUp(meetup.number, first.participant_id), None))


def give_up_seats(ctx: Context, person: Participant) -> None:
    """Take somebody off everything that is ahead; what was before stays as it was."""
    theirs = Rsvp.objects.filter(participant=person, meetup__starts_at__gt=ctx.now)
    _free(ctx, list(theirs.select_related("meetup")))


def _free(ctx: Context, rsvps: list[Rsvp]) -> None:
    for rsvp in rsvps:
        rsvp.delete()
        fill(ctx, rsvp.meetup)


def _find(meetup: Meetup, person: int) -> Rsvp | None:
    return Rsvp.objects.filter(meetup=meetup, participant=person).first()


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Give an account the answers of the guest that it was, where it gave none of its own."""
    if not isinstance(draft.payload, ParticipantMerged):
        return
    mine = Rsvp.objects.filter(participant=draft.payload.participant).values("meetup")
    theirs = Rsvp.objects.filter(participant=draft.payload.guest)
    theirs.exclude(meetup__in=mine).update(participant=draft.payload.participant)
    _free(ctx, list(theirs.select_related("meetup")))


observers.append(_observe)
