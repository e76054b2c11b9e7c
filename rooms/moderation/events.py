"""Events of moderators about people."""

from datetime import datetime
from typing import ClassVar

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload
from rooms.eventlog.registry import event_type
from rooms.moderation.reasons import Reason
from rooms.people.models import Participant
from rooms.people.permissions import participant, require
from rooms.people.roles import Action, outranks


class Sanction(Payload, frozen=True):
    """What a moderator does about one person below them."""

    participant: int
    action: ClassVar[Action] = Action.MUTE
    parts: ClassVar[tuple[Part, ...]] = (Part("log"),)

    def permit(self, ctx: Context, draft: Draft) -> None:
        actor = require(ctx, draft.actor_id, self.action)
        subject = participant(ctx, self.participant)
        if not outranks(actor.role, subject.role):
            raise Refused(Code.FORBIDDEN)
        if not self.changes(ctx, subject):
            raise Refused(Code.STALE)

    def changes(self, ctx: Context, subject: Participant) -> bool:
        """Tell whether there is anything to do."""
        return True

    def participant_id(self) -> int:
        return self.participant

    def set(self, ctx: Context, **fields: object) -> None:
        subject = participant(ctx, self.participant)
        for name, value in fields.items():
            setattr(subject, name, value)
        subject.save(update_fields=list(fields))


@event_type("participant.muted")
class ParticipantMuted(Sanction, frozen=True):
    """Somebody may not post until a time. No message of theirs has a later sequence before it."""

    until: datetime
    reason: Reason

    def changes(self, ctx: Context, subject: Participant) -> bool:
        """A mute in force that is longer stands."""
        return not (subject.muted_until and subject.muted_until > self.until)

    def apply(self, ctx: Context, entry: Entry) -> None:
        self.set(ctx, muted_until=self.until)


@event_type("participant.unmuted")
class ParticipantUnmuted(Sanction, frozen=True):
    """A mute was lifted before its time."""

    def changes(self, ctx: Context, subject: Participant) -> bool:
        return bool(subject.muted_until and subject.muted_until > ctx.now)

    def apply(self, ctx: Context, entry: Entry) -> None:
        self.set(ctx, muted_until=None)


@event_type("participant.banned")
class ParticipantBanned(Sanction, frozen=True):
    """Somebody may take no part in this room any more. They may still read and contest it."""

    reason: Reason
    action: ClassVar[Action] = Action.BAN

    def changes(self, ctx: Context, subject: Participant) -> bool:
        return not subject.is_banned

    def apply(self, ctx: Context, entry: Entry) -> None:
        self.set(ctx, is_banned=True)


@event_type("participant.unbanned")
class ParticipantUnbanned(Sanction, frozen=True):
    """Somebody who was banned may take part again."""

    action: ClassVar[Action] = Action.BAN

    def changes(self, ctx: Context, subject: Participant) -> bool:
        return subject.is_banned

    def apply(self, ctx: Context, entry: Entry) -> None:
        self.set(ctx, is_banned=False)


@event_type("participant.slowed")
class ParticipantSlowed(Sanction, frozen=True):
    """Somebody may send one message in so many seconds; 0 lifts it."""

    seconds: int
    reason: Reason

    def changes(self, ctx: Context, subject: Participant) -> bool:
        return subject.slow_seconds != self.seconds

    def apply(self, ctx: Context, entry: Entry) -> None:
        self.set(ctx, slow_seconds=self.seconds)
