"""Sanctions against people."""

from datetime import timedelta

from django.utils import timezone

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.moderation.events import ParticipantMuted, ParticipantUnmuted
from rooms.moderation.reasons import Reason
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
    if not 1 <= seconds <= MAX_MUTE or reason not in Reason.values:
        raise Refused(Code.BAD_SHAPE)
    until = timezone.now() + timedelta(seconds=seconds)
    payload = ParticipantMuted(participant=participant_id, until=until, reason=Reason(reason))
    return append_one(room.pk, Draft(payload, actor.pk))


def unmute_participant(*, room: Room, actor: Participant, participant_id: int) -> Event:
    """Give somebody their voice back; raises ``Refused``."""
    return append_one(room.pk, Draft(ParticipantUnmuted(participant=participant_id), actor.pk))
