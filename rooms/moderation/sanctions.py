"""Sanctions against people."""

from datetime import timedelta

from django.utils import timezone

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.moderation.events import (
    ParticipantBanned,
    ParticipantMuted,
    ParticipantSlowed,
    ParticipantUnbanned,
    ParticipantUnmuted,
)
from rooms.moderation.modes import MAX_SLOW
from rooms.moderation.reasons import Reason, chosen
from rooms.people.models import Participant

MAX_MUTE = 30 * 24 * 3600
"""Seconds of the longest mute."""


def mute_participant(
    *,
    room: Room,
    actor: Participant,
    participant_id: int,
    seconds: int,
    reason: str = Reason.OTHER,
) -> Event:
    """Take somebody's voice for 1 to :data:`MAX_MUTE` seconds from now; raises ``Refused``."""
    if not 1 <= seconds <= MAX_MUTE:
        raise Refused(Code.BAD_SHAPE)
    until = timezone.now() + timedelta(seconds=seconds)
    payload = ParticipantMuted(participant=participant_id, until=until, reason=chosen(reason))
    return append_one(room.pk, Draft(payload, actor.pk))


def unmute_participant(*, room: Room, actor: Participant, participant_id: int) -> Event:
    """Give somebody their voice back; raises ``Refused``."""
    return append_one(room.pk, Draft(ParticipantUnmuted(participant=participant_id), actor.pk))


def ban_participant(
    *, room: Room, actor: Participant, participant_id: int, reason: str = Reason.OTHER
) -> Event:
    """Exclude somebody from taking part in this room; raises ``Refused``."""
    payload = ParticipantBanned(participant=participant_id, reason=chosen(reason))
    return append_one(room.pk, Draft(payload, actor.pk))


def unban_participant(*, room: Room, actor: Participant, participant_id: int) -> Event:
    """Let somebody who was banned take part again; raises ``Refused``."""
    return append_one(room.pk, Draft(ParticipantUnbanned(participant=participant_id), actor.pk))


def slow_participant(
    *,
    room: Room,
    actor: Participant,
    participant_id: int,
    seconds: int,
    reason: str = Reason.OTHER,
) -> Event:
    """Let somebody send one message in so many seconds, 0 to :data:`MAX_SLOW` (0 lifts it).

    Raises ``Refused``.
    """
    if not 0 <= seconds <= MAX_SLOW:
        raise Refused(Code.BAD_SHAPE)
    payload = ParticipantSlowed(participant=participant_id, seconds=seconds, reason=chosen(reason))
    return append_one(room.pk, Draft(payload, actor.pk))
