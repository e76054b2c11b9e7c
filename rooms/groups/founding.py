"""Founding a group, describing it, and opening rooms in it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.append import append_one
from rooms.eventlog.clocks import lately
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.groups.events import GroupDescribed, GroupRoomOpened
from rooms.groups.models import Group
from rooms.lifecycle.schedule import BRIEF_LENGTH, ROOM_KINDS, TITLE_LENGTH, begin_room, create_room
from rooms.people.membership import enter_as_owner, find_participant
from rooms.people.models import Participant, User
from rooms.people.roles import Action, Role
from rooms.places.folding import fold
from rooms.places.gazetteer import get_place
from rooms.text import clean, require_fit


@dataclass(frozen=True)
class GroupText:
    """What a group says of itself. ``place_code`` is one of rooms.places, or "" for no place."""

    title: str
    brief: str = ""
    place_code: str = ""


def create_group(
    *,
    user: User,
    name: str,
    text: GroupText,
    is_private: bool = False,
    language: str = Room.Language.FRENCH,
    parent: Group | None = None,
) -> Group:
    """Found a group; who does is its owner, under ``name``. Raises ``Refused``.

    With a parent it is a local section of that, and its founder one who organises there.
    """
    text = _checked(text)
    _check_parent(parent, text, user)
    with transaction.atomic():
        _check_pace(user)
        room = Room(
            slug=f"group-{secrets.token_hex(4)}",
            kind=Room.Kind.GROUP,
            language=Room.Language(language),
            access=Room.Access.MEMBERS if is_private else Room.Access.OPEN,
        )
        _write(room, text)
        begin_room(room)
        group = Group(room=room, parent=parent)
        _locate(group, text)
        group.save()
        enter_as_owner(room=room, name=name, user=user, guest_key="")
    room.refresh_from_db()
    return group


def describe_group(*, group: Group, actor: Participant, text: GroupText) -> Event:
    """Change what a group says of itself; raises ``Refused``."""
    text = _checked(text)
    if group.parent_id and not text.place_code:
        raise _needs_place()
    with transaction.atomic():
        event = append_one(group.room_id, Draft(GroupDescribed(), actor.pk))
        group.room.refresh_from_db()
        _write(group.room, text)
        group.room.save(update_fields=["title", "brief"])
        _locate(group, text)
        group.save()
    return event


def open_room_in(
    *,
    group: Group,
    actor: Participant,
    kind: str,
    title: str,
    brief: str = "",
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Room:
    """Open a debate or an action room in a group, or schedule it; any member may, and runs it.

    Whoever reads the group reads the room, and of a private one nobody else. Raises ``Refused``.
    """
    if kind not in ROOM_KINDS or not actor.may(Action.POST):
        raise Refused(Code.FORBIDDEN)
    with transaction.atomic():
        room = create_room(
            title=title,
            owner_name=actor.name,
            kind=kind,
            brief=brief,
            language=group.room.language,
            access=group.room.access,
            opens_at=opens_at,
            closes_at=closes_at,
            user=actor.user,
            group=group.room,
        )
        append_one(group.room_id, Draft(GroupRoomOpened(room=room.pk), actor.pk))
    return room


def may_open_section(group: Group, person: Participant | None) -> bool:
    """Tell whether somebody may found a local section: sections have none of their own."""
    return group.parent_id is None and person is not None and person.may(Action.ORGANISE)


def _checked(text: GroupText) -> GroupText:
    title = " ".join(clean(text.title, limit=TITLE_LENGTH).split())
    brief = clean(text.brief, limit=BRIEF_LENGTH) if text.brief.strip() else ""
    for words in filter(None, (title, brief)):
        require_fit(words)
    if text.place_code and get_place(text.place_code) is None:
        raise Refused(Code.BAD_SHAPE, _("We know no such place in France."))
    return GroupText(title, brief, text.place_code)


def _check_parent(parent: Group | None, text: GroupText, user: User) -> None:
    if parent is None:
        return
    if not may_open_section(parent, find_participant(room=parent.room, user=user)):
        raise Refused(Code.FORBIDDEN)
    if not text.place_code:
        raise _needs_place()


def _needs_place() -> Refused:
    return Refused(Code.BAD_SHAPE, _("A local section needs a place."))


def _check_pace(user: User) -> None:
    count, seconds = settings.GROUP_RATE
    span = lately(timedelta(seconds=seconds), timezone.now())
    founded = Participant.objects.filter(
        user=user, role=Role.OWNER, room__kind=Room.Kind.GROUP, room__created_at__range=span
    )
    if founded.count() >= count:
        raise Refused(
            Code.SLOW_DOWN, _("You have founded many groups in a short time. Go on tomorrow.")
        )


def _write(room: Room, text: GroupText) -> None:
    room.title, room.brief = text.title, text.brief


def _locate(group: Group, text: GroupText) -> None:
    place = get_place(text.place_code) if text.place_code else None
    group.place_code, group.place_name = text.place_code, str(place or "")
    group.department = place.department if place else ""
    group.search_key = fold(f"{text.title} {group.place_name}")
