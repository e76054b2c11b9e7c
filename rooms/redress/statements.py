"""Statements of reasons: whoever is restricted learns what was decided, why, and by whom."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from rooms.eventlog.models import Event
from rooms.eventlog.payload import Context, Draft, Entry, Payload
from rooms.eventlog.registry import ReadModel, observers, read_models
from rooms.messages.checks import get_message
from rooms.messages.decision_events import (
    MessageRejected,
    MessageRemoved,
    MessageRestored,
    MessageWithheld,
)
from rooms.messages.models import Message
from rooms.moderation.events import (
    ParticipantBanned,
    ParticipantMuted,
    ParticipantSlowed,
    ParticipantUnbanned,
    ParticipantUnmuted,
)
from rooms.people.models import Participant
from rooms.people.permissions import participant
from rooms.redress.letters import SECOND_THOUGHTS, write_letter
from rooms.redress.models import Letter, Statement

Kind = Statement.Kind


def statements_of(person: Participant) -> QuerySet[Statement]:
    """Return what was decided about somebody, also as the guest they were, the latest first."""
    mine = Q(participant=person) | Q(participant__superseded_by=person)
    return Statement.objects.filter(mine).select_related("decided_by", "room").order_by("-seq")


def is_about(statement: Statement, person: Participant | None) -> bool:
    """Tell whether a statement is about this person, or about the guest they were."""
    subject: Participant = statement.participant
    return person is not None and person.pk in (subject.pk, subject.superseded_by_id)


def appeal_ends(statement: Statement) -> datetime:
    """Return until when a decision can be contested."""
    ends: datetime = statement.at + timedelta(days=settings.APPEAL_DAYS)
    return ends


def standing(statement: Statement, now: datetime) -> bool:
    """Tell whether a restriction is in force: neither taken back nor over."""
    return statement.lifted_seq is None and (statement.until is None or statement.until > now)


def _message_restricted(ctx: Context, draft: Draft, entry: Entry) -> None:
    payload = draft.payload
    assert isinstance(payload, MessageRejected | MessageRemoved)
    found = get_message(ctx, payload.message)
    if entry.actor_id == found.author_id:
        return
    is_rejected = isinstance(payload, MessageRejected)
    decided_hold = isinstance(payload, MessageRejected) or payload.hold
    _state(
        ctx,
        entry,
        Kind.REJECTED if is_rejected else Kind.REMOVED,
        found.author_id,
        number=found.number,
        reason=payload.reason,
        rule=_rule(ctx, found) if decided_hold else "",
    )


def _rule(ctx: Context, found: Message) -> str:
    """Return why a message was held: by the last hold, else by the first, which screened it."""
    if found.rule:
        return found.rule
    for event in ctx.events:
        if event.seq == found.number:
            return str(event.payload.get("rule", ""))
    payloads = Event.objects.filter(room=ctx.room, seq=found.number)
    return str(payloads.values_list("payload", flat=True)[0].get("rule", ""))


def _person_restricted(ctx: Context, draft: Draft, entry: Entry) -> None:
    payload = draft.payload
    if isinstance(payload, ParticipantMuted):
        until = payload.until
        _state(ctx, entry, Kind.MUTED, payload.participant, reason=payload.reason, until=until)
    elif isinstance(payload, ParticipantBanned):
        _state(ctx, entry, Kind.BANNED, payload.participant, reason=payload.reason)
    elif isinstance(payload, ParticipantSlowed) and payload.seconds:
        seconds = payload.seconds
        _lift(ctx, entry, kind=Kind.SLOWED, participant=payload.participant)
        fields = {"reason": payload.reason, "seconds": seconds}
        _state(ctx, entry, Kind.SLOWED, payload.participant, **fields)
    elif isinstance(payload, ParticipantSlowed):
        _lift(ctx, entry, kind=Kind.SLOWED, participant=payload.participant)


def _state(ctx: Context, entry: Entry, kind: Kind, subject_id: int, **fields: Any) -> None:
    Statement.objects.create(
        room=ctx.room,
        seq=entry.seq,
        participant_id=subject_id,
        kind=kind,
        is_automated=entry.actor_id is None,
        decided_by_id=entry.actor_id,
        at=entry.at,
        **fields,
    )
    if participant(ctx, subject_id).user_id is not None:
        write_letter(ctx, entry, Letter.Kind.STATEMENT, wait=SECOND_THOUGHTS)


def _message_lifted(ctx: Context, draft: Draft, entry: Entry) -> None:
    payload = draft.payload
    assert isinstance(payload, MessageRestored | MessageWithheld)
    _lift(ctx, entry, number=payload.message)


def _person_lifted(ctx: Context, draft: Draft, entry: Entry) -> None:
    payload = draft.payload
    if isinstance(payload, ParticipantUnmuted):
        # A mute that was over by itself was not taken back.
        fields = {"participant": payload.participant, "until__gt": entry.at}
        _lift(ctx, entry, kind=Kind.MUTED, **fields)
    elif isinstance(payload, ParticipantUnbanned):
        _lift(ctx, entry, kind=Kind.BANNED, participant=payload.participant)


def _lift(ctx: Context, entry: Entry, **which: Any) -> None:
    standing = Statement.objects.filter(room=ctx.room, lifted_seq=None, **which)
    standing.update(lifted_seq=entry.seq)


_HANDLERS: dict[type[Payload], Callable[[Context, Draft, Entry], None]] = {
    MessageRejected: _message_restricted,
    MessageRemoved: _message_restricted,
    MessageRestored: _message_lifted,
    MessageWithheld: _message_lifted,
    ParticipantMuted: _person_restricted,
    ParticipantBanned: _person_restricted,
    ParticipantSlowed: _person_restricted,
    ParticipantUnmuted: _person_lifted,
    ParticipantUnbanned: _person_lifted,
}


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    if handle := _HANDLERS.get(type(draft.payload)):
        handle(ctx, draft, entry)


def _reset(room_id: int) -> None:
    Statement.objects.filter(room_id=room_id).delete()


def _snapshot(room_id: int) -> Any:
    derived = [f.attname for f in Statement._meta.concrete_fields if f.name not in ("id", "token")]
    return list(Statement.objects.filter(room_id=room_id).order_by("seq").values_list(*derived))


observers.append(_observe)
read_models.append(ReadModel(_reset, _snapshot))
