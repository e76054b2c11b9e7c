"""Events of moderators about the room: its rules, its modes, what becomes of what waits."""

import json
from enum import StrEnum
from typing import Any, ClassVar

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload, To
from rooms.eventlog.registry import ReadModel, event_type, read_models
from rooms.moderation.models import RoomPolicy
from rooms.moderation.reasons import Reason
from rooms.people.permissions import require
from rooms.people.roles import Action

_SHOWN = (
    Part("log"),
    Part("room-state", "outerHTML"),
    Part("in-force", "outerHTML"),
    Part("desk-modes", "outerHTML", To.MODERATORS),
)


class Mode(StrEnum):
    """What a moderator can switch for a whole room; each is a field of ``Room``."""

    PAUSED = "is_paused"
    LOCKED = "is_locked"
    SLOW = "slow_seconds"
    HOLD_ALL = "hold_all"
    HOLD_NEWCOMERS = "hold_newcomers"


SCREENED = frozenset({Mode.HOLD_ALL, Mode.HOLD_NEWCOMERS})
"""Modes that are part of the policy: what is under way is judged again under them."""


@event_type("mode.changed")
class ModeChanged(Payload, frozen=True):
    """A mode was switched on or off (1 or 0; for ``slow_seconds`` the seconds), for all to see."""

    mode: Mode
    value: int
    reason: Reason
    parts: ClassVar[tuple[Part, ...]] = _SHOWN

    def permit(self, ctx: Context, draft: Draft) -> None:
        require(ctx, draft.actor_id, Action.SET_MODE)
        if getattr(ctx.room, self.mode) == self.value:
            raise Refused(Code.STALE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        value = self.value if self.mode is Mode.SLOW else bool(self.value)
        setattr(ctx.room, self.mode, value)
        if self.mode in SCREENED:
            ctx.room.policy_version += 1


@event_type("hold_policy.changed")
class HoldPolicyChanged(Payload, frozen=True):
    """What becomes of a message that nobody has decided about after so many minutes."""

    outcome: Room.HoldOutcome
    minutes: int
    parts: ClassVar[tuple[Part, ...]] = _SHOWN

    def permit(self, ctx: Context, draft: Draft) -> None:
        require(ctx, draft.actor_id, Action.SET_POLICY)
        if (ctx.room.hold_outcome, ctx.room.hold_minutes) == (self.outcome, self.minutes):
            raise Refused(Code.STALE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        ctx.room.hold_outcome, ctx.room.hold_minutes = self.outcome, self.minutes
        # The clock looks at once, and finds out when the next one is due.
        ctx.room.holds_due_at = None if self.outcome == Room.HoldOutcome.KEEP else entry.at


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


def _reset(room_id: int) -> None:
    fresh = Room()
    fields = {name: getattr(fresh, name) for name in _FIELDS}
    Room.objects.filter(pk=room_id).update(**fields)


def _snapshot(room_id: int) -> Any:
    return Room.objects.values_list(*_FIELDS).get(pk=room_id)


_FIELDS = ("policy_version", *Mode, "hold_outcome", "hold_minutes")


read_models.append(ReadModel(_reset, _snapshot))
