"""Creating rooms, and opening and closing them by hand or on time."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.append import append, append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.lifecycle.events import RoomClosed, RoomCreated, RoomOpened, RoomScheduled
from rooms.people.membership import enter_as_owner
from rooms.people.models import Participant, User
from rooms.text import clean, require_fit

TITLE_LENGTH = 140
BRIEF_LENGTH = 2000


ROOM_KINDS = (Room.Kind.DEBATE, Room.Kind.ACTION)
"""Kinds of rooms that people create as such; the others come with what they belong to."""


@transaction.atomic
def create_room(
    *,
    title: str,
    owner_name: str,
    kind: str = Room.Kind.DEBATE,
    brief: str = "",
    language: str = Room.Language.FRENCH,
    access: str = Room.Access.OPEN,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    user: User | None = None,
    guest_key: str = "",
    group: Room | None = None,
) -> Room:
    """Create a room with its owner as first participant; without ``opens_at`` it opens at once."""
    _check_times(opens_at, closes_at)
    title = " ".join(clean(title, limit=TITLE_LENGTH).split())
    for text in filter(None, (title, brief.strip())):
        require_fit(text)
    room = Room(
        slug=_new_slug(title),
        title=title,
        brief=clean(brief, limit=BRIEF_LENGTH) if brief.strip() else "",
        kind=Room.Kind(kind),
        language=Room.Language(language),
        access=Room.Access(access),
        group=group,
    )
    begin_room(room, opens_at=opens_at, closes_at=closes_at)
    enter_as_owner(room=room, name=owner_name, user=user, guest_key=guest_key)
    room.refresh_from_db()
    return room


@transaction.atomic
def begin_room(
    room: Room, *, opens_at: datetime | None = None, closes_at: datetime | None = None
) -> None:
    """Save a room that nobody is in yet, and begin its log; it opens at once, or on time."""
    room.save(force_insert=True)
    created = RoomCreated(opens_at=opens_at or timezone.now(), closes_at=closes_at)
    append_one(room.pk, Draft(created, None))


def schedule_room(
    *, room: Room, actor: Participant, opens_at: datetime | None, closes_at: datetime | None
) -> Event:
    """Change when a room opens and closes; raises ``Refused``."""
    _check_times(opens_at, closes_at)
    payload = RoomScheduled(opens_at=opens_at, closes_at=closes_at)
    return append_one(room.pk, Draft(payload, actor.pk))


def open_room(*, room: Room, actor: Participant) -> Event:
    """Open a room now, also one that was closed; raises ``Refused``."""
    return append_one(room.pk, Draft(RoomOpened(), actor.pk))


def close_room(*, room: Room, actor: Participant) -> Event:
    """Close a room now; raises ``Refused``."""
    return append_one(room.pk, Draft(RoomClosed(), actor.pk))


def tick(now: datetime | None = None) -> list[int]:
    """Log every opening and closing that has fallen due; return the rooms concerned.

    Safe in several copies at once: ``append`` decides under the room's lock what is due.
    """
    now = now or timezone.now()
    due = Room.objects.filter(
        Q(status=Room.Status.SCHEDULED, opens_at__lte=now)
        | Q(status=Room.Status.OPEN, closes_at__lte=now)
        | Q(holds_due_at__lte=now)
    )
    rooms = list(due.values_list("pk", flat=True))
    for room_id in rooms:
        append(room_id, [])
    return rooms


def _check_times(opens_at: datetime | None, closes_at: datetime | None) -> None:
    if closes_at and closes_at <= max(opens_at or timezone.now(), timezone.now()):
        raise Refused(Code.BAD_SHAPE, _("The closing time must come after the opening time."))


def _new_slug(title: str) -> str:
    """Return a readable name with a random tail, so that no two rooms race for one name."""
    return f"{slugify(title)[:60] or 'room'}-{secrets.token_hex(3)}"
