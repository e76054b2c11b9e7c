"""Reading who is where."""

from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from rooms.eventlog.models import Room
from rooms.people.models import Participant, User
from rooms.people.roles import RANK, Role


def people_of(room: Room) -> QuerySet[Participant]:
    """Return everybody in a room, of a group its members: who leads it first, then by name."""
    ranks = [When(role=role, then=Value(rank)) for role, rank in RANK.items()]
    people = Participant.objects.filter(room=room, superseded_by=None).exclude(name_key="")
    if room.kind == Room.Kind.GROUP:
        people = people.exclude(role=Role.OBSERVER)
    return people.annotate(rank=Case(*ranks, output_field=IntegerField())).order_by(
        "-rank", "name_key"
    )


def sanctioned_people(room: Room) -> QuerySet[Participant]:
    """Return who is muted, slowed or excluded now, whose mute ends first first."""
    muted = Q(muted_until__gt=timezone.now())
    people = Participant.objects.filter(room=room).exclude(name_key="")
    under = people.filter(muted | Q(is_banned=True) | Q(slow_seconds__gt=0))
    under = under.annotate(is_muted=ExpressionWrapper(muted, BooleanField()))
    return under.order_by("is_banned", "muted_until")


def rooms_of(*, user: User | None, guest_key: str) -> QuerySet[Room]:
    """Return the rooms that an account, else a guest's session, has entered, the last first.

    Of what is a group's members' they are listed only what they still may read.
    """
    if user is not None:
        mine = Participant.objects.filter(user=user, superseded_by=None)
    elif guest_key:
        mine = Participant.objects.filter(guest_key=guest_key, user=None)
    else:
        return Room.objects.none()
    inside = mine.filter(room__kind=Room.Kind.GROUP, is_banned=False).exclude(role=Role.OBSERVER)
    groups = inside.values("room")
    readable = ~Q(access=Room.Access.MEMBERS) | Q(pk__in=groups) | Q(group__in=groups)
    rooms = Room.objects.filter(readable, participants__in=mine).exclude(kind=Room.Kind.DIRECT)
    return rooms.order_by("-participants__joined_at")
