"""Events of appeals: somebody contests a decision, and another moderator decides on it."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft, Entry, Payload
from rooms.eventlog.registry import ReadModel, event_type, read_models
from rooms.messages import vault
from rooms.messages.checks import get_message
from rooms.messages.models import Message
from rooms.people.impartial import require_impartial
from rooms.people.models import Participant
from rooms.people.permissions import participant, require
from rooms.people.roles import Action
from rooms.redress.letters import write_letter
from rooms.redress.models import Appeal, AppealMessage, Letter, Statement
from rooms.redress.reversal import able_to_lift, reversal
from rooms.redress.statements import appeal_ends, is_about

MARGIN = timedelta(days=30)
"""How long a text is kept at least after an appeal about it was decided: for a court."""
IN_A_ROW = 5
"""What the person may write before a moderator answers."""


class _OnDecision(Payload, frozen=True):
    """``decision`` is the sequence of the event that is contested."""

    decision: int

    def statement(self, ctx: Context) -> Statement:
        """Return the statement of reasons of the decision; raises ``Refused``."""
        rows = Statement.objects.filter(room=ctx.room, seq=self.decision)
        found = rows.select_related("participant").first()
        if found is None:
            raise Refused(Code.NOT_FOUND, _("There is no such decision."))
        return found

    def said_before(self, ctx: Context, draft: Draft) -> int | None:
        """Return what the same person said last, if it was the same: a form sent twice."""
        turns = AppealMessage.objects.filter(room=ctx.room, decision=self.decision)
        last = turns.order_by("-seq").first()
        if last and (last.author_id, last.text) == (draft.actor_id, draft.text):
            return last.seq
        return None

    def require_open(self, ctx: Context) -> Appeal:
        """Return the appeal, if it is not decided; raises ``Refused``."""
        appeal = Appeal.objects.filter(room=ctx.room, decision=self.decision).first()
        if appeal is None:
            raise Refused(Code.NOT_FOUND, _("Nobody has contested this decision."))
        if appeal.outcome:
            by: Participant | None = appeal.decided_by
            raise Refused(
                Code.STALE,
                _("This appeal is decided already."),
                status=appeal.outcome,
                decided_by=by.name if by else None,
            )
        return appeal

    def say(self, ctx: Context, entry: Entry) -> AppealMessage | None:
        """Add a turn to the dialogue; None while folding, when it stands there already."""
        if entry.folding:
            return None
        assert entry.actor_id is not None, "permit lets only people speak"
        statement = self.statement(ctx)
        speaker = participant(ctx, entry.actor_id)
        return AppealMessage.objects.create(
            room=ctx.room,
            decision=self.decision,
            seq=entry.seq,
            author_id=entry.actor_id,
            is_moderators=not is_about(statement, speaker),
            at=entry.at,
            text=entry.text,
        )


@event_type("appeal.opened")
class AppealOpened(_OnDecision, frozen=True):
    """Somebody contests a decision about them. What it is about is kept until it is decided."""

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        return self.said_before(ctx, draft)

    def permit(self, ctx: Context, draft: Draft) -> None:
        statement = self.statement(ctx)
        actor = None if draft.actor_id is None else participant(ctx, draft.actor_id)
        if not is_about(statement, actor):
            raise Refused(Code.FORBIDDEN)
        if Appeal.objects.filter(room=ctx.room, decision=self.decision).exists():
            raise Refused(Code.STALE, _("You have contested this decision already."))
        if statement.lifted_seq is not None:
            raise Refused(Code.STALE, _("This decision was taken back already."))
        if ctx.now > appeal_ends(statement):
            raise Refused(Code.TOO_LATE, _("The time to contest this decision is over."))

    def apply(self, ctx: Context, entry: Entry) -> None:
        Appeal.objects.create(
            room=ctx.room, decision=self.decision, opened_seq=entry.seq, opened_at=entry.at
        )
        self.say(ctx, entry)
        number = self.statement(ctx).number
        if number is not None and not entry.folding:
            vault.keep(get_message(ctx, number))


@event_type("appeal.answered")
class AppealAnswered(_OnDecision, frozen=True):
    """The person or a moderator wrote something about an appeal, for the other side."""

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        return self.said_before(ctx, draft)

    def permit(self, ctx: Context, draft: Draft) -> None:
        self.require_open(ctx)
        actor = None if draft.actor_id is None else participant(ctx, draft.actor_id)
        if not is_about(self.statement(ctx), actor):
            require(ctx, draft.actor_id, Action.DECIDE_HOLD)
            return
        turns = AppealMessage.objects.filter(room=ctx.room, decision=self.decision)
        last = turns.order_by("-seq").values_list("is_moderators", flat=True)[:IN_A_ROW]
        if len(last) == IN_A_ROW and not any(last):
            raise Refused(
                Code.SLOW_DOWN, _("You have written a lot. Wait until a moderator has answered.")
            )

    def apply(self, ctx: Context, entry: Entry) -> None:
        turn = self.say(ctx, entry)
        if turn is not None and turn.is_moderators:
            write_letter(ctx, entry, Letter.Kind.APPEAL_ANSWERED)


@event_type("appeal.decided")
class AppealDecided(_OnDecision, frozen=True):
    """An appeal was decided: by another moderator than the first decision, if there is one.

    One that succeeds takes the decision back right after, where that is still possible.
    """

    outcome: Appeal.Outcome

    def permit(self, ctx: Context, draft: Draft) -> None:
        actor = require(ctx, draft.actor_id, Action.DECIDE_HOLD)
        self.require_open(ctx)
        statement = self.statement(ctx)
        if is_about(statement, actor):
            raise Refused(Code.FORBIDDEN, _("Nobody decides about their own appeal."))
        able = able_to_lift(statement)
        if not able(actor):
            raise Refused(
                Code.FORBIDDEN, _("Only somebody above this person can take the decision back.")
            )
        involved = [statement.decided_by_id, statement.participant_id]
        require_impartial(ctx, actor, involved=involved, able=able)

    def apply(self, ctx: Context, entry: Entry) -> None:
        Appeal.objects.filter(room=ctx.room, decision=self.decision).update(
            outcome=self.outcome,
            decided_by=entry.actor_id,
            decided_seq=entry.seq,
            decided_at=entry.at,
        )
        if entry.folding:
            return
        self.say(ctx, entry)
        write_letter(ctx, entry, Letter.Kind.APPEAL_DECIDED)
        statement = self.statement(ctx)
        self._let_go(ctx, entry, statement)
        if self.outcome == Appeal.Outcome.REVERSED:
            ctx.then.extend(Draft(p, entry.actor_id) for p in reversal(statement, entry.at))

    def _let_go(self, ctx: Context, entry: Entry, statement: Statement) -> None:
        """Let the vault delete the text after the margin, unless it is contested otherwise."""
        if statement.number is None:
            return
        found = get_message(ctx, statement.number)
        others = Statement.objects.filter(room=ctx.room, number=found.number).values("seq")
        contested = Appeal.objects.filter(room=ctx.room, decision__in=others, outcome="")
        gone = (Message.Status.REMOVED, Message.Status.REJECTED)
        if found.status in gone and not contested.exists():
            vault.keep_until(found, max(appeal_ends(statement), entry.at + MARGIN))


def _reset(room_id: int) -> None:
    Appeal.objects.filter(room_id=room_id).delete()


def _snapshot(room_id: int) -> Any:
    derived = [f.attname for f in Appeal._meta.concrete_fields if f.name != "id"]
    return list(Appeal.objects.filter(room_id=room_id).order_by("decision").values_list(*derived))


read_models.append(ReadModel(_reset, _snapshot))
