"""Invitation links: a signed token that gives a role in one room."""

import time
from datetime import UTC, datetime

from django.core import signing

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.people.models import Participant
from rooms.people.roles import Action, Role

MAX_AGE = 7 * 24 * 3600
"""Seconds for which an invitation can be used."""

_SALT = "livedebate.invite"


def make_invite(*, room: Room, role: Role, actor: Participant | None = None) -> str:
    """Return a token for ``role``; an ``actor`` must be allowed to give it."""
    needed = Action.ADMIT if role == Role.PARTICIPANT else Action.SET_ROLE
    if role == Role.OWNER or (actor is not None and not actor.may(needed)):
        raise Refused(Code.FORBIDDEN)
    invite = {"room": room.pk, "epoch": room.epoch, "role": role.value, "at": time.time()}
    return signing.dumps(invite, salt=_SALT)


def read_invite(*, room: Room, token: str) -> Role:
    """Return the role a token gives in this room; raises ``Refused``."""
    try:
        invite = signing.loads(token, salt=_SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        raise Refused(Code.FORBIDDEN) from None
    if (invite["room"], invite["epoch"]) != (room.pk, room.epoch):
        raise Refused(Code.FORBIDDEN)
    return Role(invite["role"])


def invited_at(token: str) -> datetime:
    """Return when an invitation that :func:`read_invite` has taken was made."""
    invite = signing.loads(token, salt=_SALT, max_age=MAX_AGE)
    return datetime.fromtimestamp(invite["at"], UTC)
