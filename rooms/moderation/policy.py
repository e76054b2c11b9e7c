"""A room's own rules for screening."""

from dataclasses import replace

import msgspec
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.moderation.models import RoomPolicy
from rooms.moderation.room_events import PolicyChanged
from rooms.moderation.screening import NO_RULES, RoomRules
from rooms.people.models import Participant
from rooms.text import fold

MAX_WORDS = 500
MAX_EXPRESSION = 80


def room_rules(room: Room) -> RoomRules:
    """Return the rules in force under the room's current policy."""
    if room.policy_version == 0:
        return NO_RULES
    rows = RoomPolicy.objects.filter(room=room, version__lte=room.policy_version)
    latest = rows.order_by("-version").values_list("rules", flat=True).first()
    written = msgspec.convert(latest, RoomRules) if latest else NO_RULES
    return replace(written, hold_all=room.hold_all, hold_newcomers=room.hold_newcomers)


def set_words(*, room: Room, actor: Participant, words: list[str]) -> Event:
    """Replace the room's own held expressions; raises ``Refused``."""
    wanted = [" ".join(word.split()) for word in words if word.strip()]
    if len(wanted) > MAX_WORDS or any(len(word) > MAX_EXPRESSION for word in wanted):
        raise Refused(Code.TOO_LONG)
    if not all(any(char.isalnum() for char in fold(word).text) for word in wanted):
        raise Refused(Code.EMPTY, _("Each line needs at least one letter or figure."))
    return set_rules(room=room, actor=actor, rules=replace(room_rules(room), words=tuple(wanted)))


def set_rules(*, room: Room, actor: Participant, rules: RoomRules) -> Event:
    """Replace the room's rules, which the caller has checked; raises ``Refused``.

    Messages under way are judged again under the new rules before they can be logged.
    """
    payload = PolicyChanged(version=room.policy_version + 1)
    return append_one(room.pk, Draft(payload, actor.pk, msgspec.json.encode(rules).decode()))
