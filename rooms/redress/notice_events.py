"""Events of notices of illegal content: anybody sends one, moderators decide, with a reason."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft, Entry, Payload
from rooms.eventlog.registry import ReadModel, event_type, read_models
from rooms.messages.checks import get_message
from rooms.messages.decision_events import MessageRejected, MessageRemoved
from rooms.messages.events import OnMessage
from rooms.messages.models import Message
from rooms.moderation.reasons import chosen
from rooms.people.impartial import require_impartial
from rooms.people.permissions import require
from rooms.people.roles import Action
from rooms.redress.letters import write_letter
from rooms.redress.models import Letter, Notice


@event_type("notice.received")
class NoticeReceived(OnMessage, frozen=True):
    """Somebody, who needs no account, holds a message to be illegal."""

    ground: Notice.Ground

    def permit(self, ctx: Context, draft: Draft) -> None:
        found = get_message(ctx, self.message)
        if found.published_seq is None:
            raise Refused(Code.NOT_FOUND)
        if found.status == Message.Status.REMOVED:
            raise Refused(
                Code.STALE, _("This message is removed already: nobody can read it any more.")
            )

    def apply(self, ctx: Context, entry: Entry) -> None:
        Notice.objects.create(
            room=ctx.room, seq=entry.seq, number=self.message, ground=self.ground, at=entry.at
        )
        write_letter(ctx, entry, Letter.Kind.NOTICE_RECEIVED)


@event_type("notice.decided")
class NoticeDecided(OnMessage, frozen=True):
    """A moderator decided on a notice; one that removes the message does so with ``reason``."""

    notice: int
    outcome: Notice.Outcome
    reason: str = ""

    def permit(self, ctx: Context, draft: Draft) -> None:
        actor = require(ctx, draft.actor_id, Action.DECIDE_HOLD)
        notice = Notice.objects.filter(room=ctx.room, seq=self.notice).first()
        if notice is None or notice.number != self.message:
            raise Refused(Code.NOT_FOUND)
        if notice.outcome:
            by = notice.decided_by
            raise Refused(Code.STALE, status=notice.outcome, decided_by=by.name if by else None)
        found = get_message(ctx, self.message)
        require_impartial(ctx, actor, involved=[found.author_id])
        self._require_truth(found)

    def apply(self, ctx: Context, entry: Entry) -> None:
        Notice.objects.filter(room=ctx.room, seq=self.notice).update(
            outcome=self.outcome,
            reason=self.reason,
            decided_by=entry.actor_id,
            decided_seq=entry.seq,
            decided_at=entry.at,
        )
        write_letter(ctx, entry, Letter.Kind.NOTICE_DECIDED)
        found = get_message(ctx, self.message)
        if self.outcome == Notice.Outcome.REMOVED and not entry.folding:
            ctx.then.append(Draft(self._removal(found), entry.actor_id))

    def _removal(self, found: Message) -> Payload:
        reason, waits = chosen(self.reason), found.status == Message.Status.HELD
        if waits and found.published_seq is None:
            return MessageRejected(self.message, reason=reason)
        return MessageRemoved(self.message, reason=reason, hold=waits)

    def _require_truth(self, found: Message) -> None:
        """Let nobody be told that a message stays which is gone, or waits to be decided on."""
        if self.outcome == Notice.Outcome.KEPT and found.status != Message.Status.VISIBLE:
            raise Refused(
                Code.STALE,
                _("This message is not published at this moment. Decide about the message first."),
            )


def _reset(room_id: int) -> None:
    Notice.objects.filter(room_id=room_id).delete()


def _snapshot(room_id: int) -> Any:
    derived = [f.attname for f in Notice._meta.concrete_fields if f.name != "id"]
    return list(Notice.objects.filter(room_id=room_id).order_by("seq").values_list(*derived))


read_models.append(ReadModel(_reset, _snapshot))
