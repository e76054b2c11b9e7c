"""Taking back what was decided, after an appeal that succeeded."""

from datetime import datetime

from rooms.eventlog.payload import Payload
from rooms.messages.decision_events import MessageApproved, MessageRestored, MessageWithheld
from rooms.moderation.events import ParticipantSlowed, ParticipantUnbanned, ParticipantUnmuted
from rooms.moderation.reasons import Reason
from rooms.people.impartial import Able, anybody
from rooms.people.models import Participant
from rooms.people.roles import outranks
from rooms.redress.models import Statement
from rooms.redress.statements import standing

Kind = Statement.Kind


def able_to_lift(statement: Statement) -> Able:
    """Return the test of which moderators can take a decision back: as in ``Sanction.permit``."""
    if statement.is_about_message:
        return anybody
    subject: Participant = statement.participant
    return lambda person: outranks(person.role, subject.role)


def reversal(statement: Statement, now: datetime) -> list[Payload]:
    """Return what is logged to take a decision back; [] where it is over or superseded."""
    number, subject = statement.number, statement.participant_id
    if not standing(statement, now):
        return []
    if number is not None:
        if statement.kind == Kind.REMOVED:
            return [MessageRestored(message=number)]
        return [MessageWithheld(message=number, rule=""), MessageApproved(message=number)]
    if _has_successor(statement, now):
        return []
    if statement.kind == Kind.MUTED:
        return [ParticipantUnmuted(participant=subject)]
    if statement.kind == Kind.BANNED:
        return [ParticipantUnbanned(participant=subject)]
    return [ParticipantSlowed(participant=subject, seconds=0, reason=Reason.OTHER)]


def _has_successor(statement: Statement, now: datetime) -> bool:
    """Tell whether a later decision of the same kind is in force in this one's place."""
    later = Statement.objects.filter(
        participant=statement.participant_id, kind=statement.kind, seq__gt=statement.seq
    )
    return any(standing(other, now) for other in later)
