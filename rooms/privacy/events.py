"""Events of erasure: somebody wants nothing of theirs to be known any more."""

from typing import ClassVar

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload, To
from rooms.eventlog.registry import event_type, observers
from rooms.eventlog.views import ERASED
from rooms.messages import vault
from rooms.messages.checks import get_message
from rooms.messages.events import OnMessage
from rooms.messages.models import Message
from rooms.organizing.models import AHEAD, Assignment, State
from rooms.organizing.rsvp_events import give_up_seats
from rooms.people.permissions import participant
from rooms.people.roles import Role
from rooms.privacy.holds import is_contested, let_go
from rooms.redress.appeal_events import AppealDecided
from rooms.redress.models import Report
from rooms.redress.notice_events import NoticeDecided
from rooms.redress.report_events import settle


@event_type("participant.erased")
class ParticipantErased(Payload, frozen=True):
    """Somebody's name is gone, and with it their role. Only they themselves ask for it."""

    participant: int

    def permit(self, ctx: Context, draft: Draft) -> None:
        if draft.actor_id != self.participant:
            raise Refused(Code.FORBIDDEN)
        if participant(ctx, self.participant).is_erased:
            raise Refused(Code.STALE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        person = participant(ctx, self.participant)
        person.role = Role.OBSERVER
        person.save(update_fields=["role"])
        if not entry.folding:
            person.name, person.name_key = ERASED, ""
            person.save(update_fields=["name", "name_key"])
        # Nobody waits for them any more; what they did stays done.
        ahead = Assignment.objects.filter(participant=person, state__in=AHEAD)
        ahead.update(state=State.WITHDRAWN, seq=entry.seq)
        give_up_seats(ctx, person)

    def participant_id(self) -> int:
        return self.participant


@event_type("message.erased")
class MessageErased(OnMessage, frozen=True):
    """Every text that a message has had is gone for good; its tombstone names nobody.

    What a moderator decided about it stands. A text about which an appeal or a notice is open
    waits in the vault until that is decided, and is deleted then.
    """

    parts: ClassVar[tuple[Part, ...]] = (
        Part("m-{n}", "outerHTML"),
        Part("held-{n}", "delete", To.MODERATORS),
        Part("reported-{n}", "delete", To.MODERATORS),
        Part("own-{n}", "delete", To.AUTHOR),
    )

    def permit(self, ctx: Context, draft: Draft) -> None:
        found = get_message(ctx, self.message)
        if found.author_id != draft.actor_id:
            raise Refused(Code.FORBIDDEN)
        if found.erased_seq is not None:
            raise Refused(Code.STALE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        found = get_message(ctx, self.message)
        found.erased_seq = entry.seq
        if found.status in (Message.Status.VISIBLE, Message.Status.HELD):
            found.status, found.reason = Message.Status.REMOVED, ""
            found.decided_by_id, found.decided_seq = found.author_id, entry.seq
            found.held_at = found.claimed_by = found.claimed_at = None
            settle(ctx, entry, self.message, Report.Outcome.REMOVED)
        found.save()
        if entry.folding:
            return
        if is_contested(found):
            vault.withdraw_body(found)
            vault.keep(found)
        else:
            vault.erase(found)


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Delete what waited only for an appeal or a notice to be decided."""
    if not entry.folding and isinstance(draft.payload, AppealDecided | NoticeDecided):
        let_go(ctx, draft.payload)


observers.append(_observe)
