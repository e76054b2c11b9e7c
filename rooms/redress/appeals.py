"""Contesting decisions, talking about them, and deciding on appeals: DSA, Article 20."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.people.impartial import is_impartial
from rooms.people.models import Participant
from rooms.redress.appeal_events import AppealAnswered, AppealDecided, AppealOpened
from rooms.redress.models import Appeal, AppealMessage, Statement
from rooms.redress.reversal import able_to_lift
from rooms.redress.statements import is_about
from rooms.text import clean

MAX_TEXT = 3000


@dataclass(frozen=True)
class Pending:
    """An appeal to decide on, with the decision it is about."""

    appeal: Appeal
    statement: Statement
    due_at: datetime
    is_overdue: bool


def open_appeal(*, statement: Statement, actor: Participant, text: str) -> Event:
    """Contest a decision about oneself; raises ``Refused``."""
    payload = AppealOpened(decision=statement.seq)
    return append_one(statement.room_id, Draft(payload, actor.pk, clean(text, limit=MAX_TEXT)))


def answer_appeal(*, statement: Statement, actor: Participant, text: str) -> Event:
    """Write to the other side of an appeal; the same twice is written once. Raises ``Refused``."""
    payload = AppealAnswered(decision=statement.seq)
    return append_one(statement.room_id, Draft(payload, actor.pk, clean(text, limit=MAX_TEXT)))


def decide_appeal(*, statement: Statement, actor: Participant, outcome: str, text: str) -> Event:
    """Let a decision stand or take it back, and say why.

    Raises ``Refused``, stale if somebody has decided already.
    """
    if outcome not in Appeal.Outcome.values:
        raise Refused(Code.BAD_SHAPE)
    payload = AppealDecided(decision=statement.seq, outcome=Appeal.Outcome(outcome))
    return append_one(statement.room_id, Draft(payload, actor.pk, clean(text, limit=MAX_TEXT)))


def appeal_about(statement: Statement) -> Appeal | None:
    """Return the appeal against a decision, if there is one."""
    rows = Appeal.objects.filter(room=statement.room_id, decision=statement.seq)
    return rows.select_related("decided_by").first()


def dialogue(statement: Statement) -> list[AppealMessage]:
    """Return what both sides have written, oldest first; the decision's reason is the last."""
    turns = AppealMessage.objects.filter(room=statement.room_id, decision=statement.seq)
    return list(turns.select_related("author").order_by("seq"))


def decided_alone(appeal: Appeal, statement: Statement) -> bool:
    """Tell whether whoever took a decision decided on the appeal too: nobody else could."""
    return appeal.decided_by_id is not None and appeal.decided_by_id == statement.decided_by_id


def decision_due(appeal: Appeal) -> datetime:
    """Return until when an appeal should be decided."""
    due: datetime = appeal.opened_at + timedelta(days=settings.APPEAL_DECISION_DAYS)
    return due


def open_appeals(room: Room, now: datetime | None = None) -> list[Pending]:
    """Return the appeals to decide on, the longest waiting first."""
    now = now or timezone.now()
    appeals = list(Appeal.objects.filter(room=room, outcome="").order_by("opened_seq"))
    seqs = [appeal.decision for appeal in appeals]
    rows = Statement.objects.filter(room=room, seq__in=seqs)
    about = {s.seq: s for s in rows.select_related("participant", "decided_by")}
    return [
        Pending(appeal, about[appeal.decision], due := decision_due(appeal), due < now)
        for appeal in appeals
    ]


def may_decide(statement: Statement, person: Participant) -> bool:
    """Tell whether a moderator is one who may decide on an appeal; the log checks it again."""
    able = able_to_lift(statement)
    involved = [statement.decided_by_id, statement.participant_id]
    return (
        person.is_moderator
        and able(person)
        and not is_about(statement, person)
        and is_impartial(person.room, person, involved=involved, able=able)
    )
