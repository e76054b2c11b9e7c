"""Private conversations of two: a room that only they read, on the same log as any other."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context
from rooms.lifecycle.schedule import begin_room
from rooms.messages.checks import floors
from rooms.messages.models import Message
from rooms.people.membership import enter_directly
from rooms.people.models import Participant, User
from rooms.people.roles import Role
from rooms.profiles.contacts import are_contacts, is_blocked, lock_both
from rooms.profiles.models import Block, Conversation, Reading


@dataclass(frozen=True)
class Line:
    """One conversation in the list of somebody. ``name``: of the other one."""

    room: Room
    name: str
    last_at: datetime | None
    unread: int


@transaction.atomic
def begin_conversation(*, user: User, other: User) -> Room:
    """Return the conversation of two accounts, which begins between contacts.

    One that there is goes on also when they are contacts no more. Raises ``Refused``.
    """
    lock_both(user, other)
    low, high = sorted((user, other), key=lambda one: one.pk)
    known = Conversation.objects.filter(low=low, high=high).select_related("room").first()
    if known is not None:
        return known.room
    if not are_contacts(user, other):
        raise Refused(Code.FORBIDDEN, _("One writes to one’s contacts. Ask to be contacts first."))
    language = user.language or Room.Language.FRENCH
    with translation.override(language):
        title = gettext("Private conversation")
    slug = f"direct-{secrets.token_hex(8)}"
    kind, access = Room.Kind.DIRECT, Room.Access.CODE
    room = Room(slug=slug, title=title, kind=kind, access=access, language=language)
    begin_room(room)
    for one in (user, other):
        name = one.name or gettext("Somebody")
        enter_directly(room=room, name=name, user=one, role=Role.PARTICIPANT)
    Conversation.objects.create(room=room, low=low, high=high)
    room.refresh_from_db()
    return room


def conversations_of(user: User) -> list[Line]:
    """Return somebody's conversations, the one written in last first."""
    rows = Conversation.objects.filter(Q(low=user) | Q(high=user)).select_related("room")
    lines = [_line(row.room, user) for row in rows]
    return sorted(lines, key=lambda one: one.last_at or one.room.created_at, reverse=True)


def read_to(room: Room, user: User) -> int:
    """Return the sequence up to which somebody has read."""
    seen = Reading.objects.filter(user=user, room=room).values_list("seq", flat=True)
    return seen.first() or 0


def unread_in(room: Room, user: User) -> int:
    """Return how many messages of the other one somebody has not read."""
    seen = read_to(room, user)
    if room.head <= seen:
        return 0
    fresh = Message.objects.filter(room=room, published_seq__gt=seen, status=Message.Status.VISIBLE)
    return fresh.exclude(author__user=user).count()


def mark_read(*, user: User, room: Room, head: int) -> None:
    """Remember how far somebody has read; never back."""
    reading, _made = Reading.objects.get_or_create(user=user, room=room)
    Reading.objects.filter(pk=reading.pk, seq__lt=min(head, room.head)).update(
        seq=min(head, room.head)
    )


def other_in(room: Room, person: Participant) -> Participant | None:
    """Return the other one of a conversation, also one who was erased."""
    others = Participant.objects.filter(room=room).exclude(pk=person.pk)
    return others.exclude(role=Role.MODERATOR).order_by("pk").first()


def enter_to_decide(*, room: Room, user: User) -> Participant:
    """Make one of the site's moderators who decides on what was reported in a conversation.

    They read no more of it for that (``membership.can_read``). Raises ``Refused`` for others, and
    for who is one of the two.
    """
    if room.kind != Room.Kind.DIRECT or not user.is_team:
        raise Refused(Code.FORBIDDEN)
    name = user.name or gettext("Moderator")
    person = enter_directly(room=room, name=name, user=user, role=Role.MODERATOR)
    if person.role != Role.MODERATOR:
        raise Refused(Code.FORBIDDEN, _("This conversation is your own: another one decides."))
    return person


def _line(room: Room, user: User) -> Line:
    me = Participant.objects.filter(room=room, user=user).first()
    other = other_in(room, me) if me else None
    shown = Message.objects.filter(room=room, published_seq__isnull=False)
    last_at = shown.order_by("-number").values_list("at", flat=True).first()
    return Line(room, str(other) if other else "", last_at, unread_in(room, user))


def _require_wanted(ctx: Context, actor: Participant) -> None:
    """Let nobody write to who blocked them, or whom they blocked."""
    if ctx.room.kind != Room.Kind.DIRECT or actor.is_moderator:
        return
    pair = Conversation.objects.filter(room=ctx.room).first()
    if pair is None or pair.low is None or pair.high is None:
        raise Refused(Code.FORBIDDEN, _("Nobody is there any more to read this."))
    if is_blocked(pair.low, by=pair.high, either=True):
        mine = Block.objects.filter(blocker=actor.user_id, blocked__in=[pair.low, pair.high])
        if mine.exists():
            raise Refused(Code.FORBIDDEN, _("You have blocked this person. Unblock them to write."))
        raise Refused(Code.FORBIDDEN, _("You cannot write to this person."))


floors.append(_require_wanted)
