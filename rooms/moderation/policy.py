"""A room's own rules for screening."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import msgspec
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.moderation.links import parse_host
from rooms.moderation.models import RoomPolicy
from rooms.moderation.patterns import check_all
from rooms.moderation.room_events import PolicyChanged
from rooms.moderation.screening import NO_RULES, Pattern, RoomRules
from rooms.people.models import Participant
from rooms.text import fold

MAX_WORDS = 500
MAX_EXPRESSION = 80
MAX_HOSTS = 500
MAX_ADDRESS = 500


def room_rules(room: Room) -> RoomRules:
    """Return the rules in force under the room's current policy."""
    written = _written(room.pk, room.epoch, room.policy_version)
    return replace(written, hold_all=room.hold_all, hold_newcomers=room.hold_newcomers)


def refresh_rules(room: Room) -> None:
    """Read again which rules are in force in a room, after they have moved."""
    room.refresh_from_db(fields=["policy_version", "hold_all", "hold_newcomers", "head"])


def set_words(*, room: Room, actor: Participant, words: list[str]) -> Event:
    """Replace the room's own held expressions; raises ``Refused``."""
    wanted = [" ".join(word.split()) for word in words if word.strip()]
    if len(wanted) > MAX_WORDS or any(len(word) > MAX_EXPRESSION for word in wanted):
        raise Refused(Code.TOO_LONG)
    if not all(any(char.isalnum() for char in fold(word).text) for word in wanted):
        raise Refused(Code.EMPTY, _("Each line needs at least one letter or figure."))
    return set_rules(room=room, actor=actor, rules=replace(room_rules(room), words=tuple(wanted)))


def set_patterns(*, room: Room, actor: Participant, patterns: Sequence[Pattern]) -> Event:
    """Replace the room's own patterns; raises ``Refused``, in words about the pattern."""
    one_each = {pattern.source: pattern for pattern in check_all(patterns)}
    rules = replace(room_rules(room), patterns=tuple(one_each.values()))
    return set_rules(room=room, actor=actor, rules=rules)


def set_hosts(
    *, room: Room, actor: Participant, allowed: Sequence[str], held: Sequence[str]
) -> Event:
    """Replace the hosts that links of the room may and may not lead to; raises ``Refused``.

    A host may be given as a whole address. With any allowed, links to all others are held.
    """
    rules = replace(room_rules(room), allowed_hosts=_hosts(allowed), held_hosts=_hosts(held))
    return set_rules(room=room, actor=actor, rules=rules)


def _hosts(typed: Sequence[str]) -> tuple[str, ...]:
    lines = [line for line in typed if line.strip()]
    if len(lines) > MAX_HOSTS or any(len(line) > MAX_ADDRESS for line in lines):
        raise Refused(Code.TOO_LONG)
    hosts = {line: parse_host(line) for line in lines}
    for line, host in hosts.items():
        if not host:
            words = _(
                "“%(line)s” is not the name of a site. Write one a line, such as example.org."
            )
            raise Refused(Code.BAD_SHAPE, words % {"line": line.strip()})
    return tuple(dict.fromkeys(hosts.values()))


def set_rules(*, room: Room, actor: Participant, rules: RoomRules) -> Event:
    """Replace the room's rules, which the caller has checked; raises ``Refused``.

    Messages under way are judged again under the new rules before they can be logged.
    """
    payload = PolicyChanged(version=room.policy_version + 1)
    return append_one(room.pk, Draft(payload, actor.pk, msgspec.json.encode(rules).decode()))


@lru_cache(maxsize=256)
def _written(room_id: int, _epoch: str, version: int) -> RoomRules:
    """Return the rules that stand under a version: they are written once and never changed."""
    if version == 0:
        return NO_RULES
    rows = RoomPolicy.objects.filter(room=room_id, version__lte=version)
    latest = rows.order_by("-version").values_list("rules", flat=True).first()
    return msgspec.convert(latest, RoomRules) if latest else NO_RULES
