"""Switching what a whole room is under, and saying what becomes of what waits."""

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.moderation.reasons import Reason, chosen
from rooms.moderation.room_events import HoldPolicyChanged, Mode, ModeChanged
from rooms.people.models import Participant

MAX_SLOW = 600
"""Seconds of the slowest slow mode."""
MAX_HOLD = 7 * 24 * 60
"""Minutes of the longest wait before a hold is decided by itself."""


def set_mode(
    *, room: Room, actor: Participant, mode: str, value: int, reason: str = Reason.OTHER
) -> Event:
    """Switch a mode for the whole room; raises ``Refused``, stale if it is so already.

    ``value`` is 0 or 1; for :attr:`Mode.SLOW` the seconds between two messages of a person.
    """
    if mode not in list(Mode) or not 0 <= value <= (MAX_SLOW if mode == Mode.SLOW else 1):
        raise Refused(Code.BAD_SHAPE)
    payload = ModeChanged(mode=Mode(mode), value=value, reason=chosen(reason))
    return append_one(room.pk, Draft(payload, actor.pk))


def set_hold_policy(*, room: Room, actor: Participant, outcome: str, minutes: int) -> Event:
    """Say what happens to a hold that waits for ``minutes``; raises ``Refused``."""
    if outcome not in Room.HoldOutcome.values or not 1 <= minutes <= MAX_HOLD:
        raise Refused(Code.BAD_SHAPE)
    payload = HoldPolicyChanged(outcome=Room.HoldOutcome(outcome), minutes=minutes)
    return append_one(room.pk, Draft(payload, actor.pk))
