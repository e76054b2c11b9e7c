"""Events of moderators about people and rules."""

import json
from datetime import datetime
from typing import Any, ClassVar

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload
from rooms.eventlog.registry import ReadModel, event_type, read_models
from rooms.moderation.models import RoomPolicy
from rooms.moderation.reasons import Reason
from rooms.people.models import Participant
from rooms.people.permissions import participant, require
from rooms.people.roles import Action, outranks


def _require_sanction(ctx: Context, draft: Draft, participant_id: int) -> Participant:
    actor = require(ctx, draft.actor_id, Action.MUTE)
    subject = participant(ctx, participant_id)
    if not outranks(actor.role, subject.role):
        raise Refused(Code.FORBIDDEN)
    return subject


@event_type("participant.muted")
class ParticipantMuted(Payload, frozen=True):
    """Somebody may not post until a time. No message of theirs has a later sequence before it."""

    participant: int
    until: datetime
    reason: Reason
    parts: ClassVar[tuple[Part, ...]] = (Part("log"),)

    def permit(self, ctx: Context, draft: Draft) -> None:
        _require_sanction(ctx, draft, self.participant)

    def apply(self, ctx: Context, entry: Entry) -> None:
        _set_muted(ctx, self.participant, self.until)

    def participant_id(self) -> int:
        return self.participant


@event_type("participant.unmuted")
class ParticipantUnmuted(Payload, frozen=True):
    """A mute was lifted before its time."""

    participant: int
    parts: ClassVar[tuple[Part, ...]] = (Part("log"),)

    def permit(self, ctx: Context, draft: Draft) -> None:
        subject = _require_sanction(ctx, draft, self.participant)
        if not (subject.muted_until and subject.muted_until > ctx.now):
            raise Refused(Code.STALE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        _set_muted(ctx, self.participant, None)

    def participant_id(self) -> int:
        return self.participant


@event_type("policy.changed")
class PolicyChanged(Payload, frozen=True):
    """The room's rules for screening moved to another version; they stand in ``RoomPolicy``."""

    version: int

    def permit(self, ctx: Context, draft: Draft) -> None:
        require(ctx, draft.actor_id, Action.SET_POLICY)
        if self.version != ctx.room.policy_version + 1:
            raise Refused(Code.STALE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        ctx.room.policy_version = self.version
        if not entry.folding:
            RoomPolicy.objects.create(
                room=ctx.room, version=self.version, rules=json.loads(entry.text)
            )


def _set_muted(ctx: Context, participant_id: int, until: datetime | None) -> None:
    subject = participant(ctx, participant_id)
    subject.muted_until = until
    subject.save(update_fields=["muted_until"])


def _reset(room_id: int) -> None:
    Room.objects.filter(pk=room_id).update(policy_version=0)


def _snapshot(room_id: int) -> Any:
    return Room.objects.values_list("policy_version", flat=True).get(pk=room_id)


read_models.append(ReadModel(_reset, _snapshot))
