"""Finding groups, and what is in one. Nobody finds a private group that they are not in."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet

from rooms.eventlog.models import Room
from rooms.groups.models import Candidate, Group
from rooms.lifecycle.schedule import ROOM_KINDS
from rooms.people.membership import members_of
from rooms.people.models import Participant, User
from rooms.people.roles import Role
from rooms.places.folding import fold
from rooms.places.gazetteer import get_place
from rooms.places.place import PlaceKind

PAGE = 20


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: words, and the code of a commune or a département."""

    query: str = ""
    place_code: str = ""


def find_groups(wanted: Wanted, *, before: int | None = None, limit: int = PAGE) -> list[Group]:
    """Return at most ``limit`` public groups, the latest first, those before ``before``."""
    found = Group.objects.filter(room__access=Room.Access.OPEN).select_related("room", "parent")
    for word in fold(wanted.query).split():
        found = found.filter(search_key__contains=word)
    place = get_place(wanted.place_code) if wanted.place_code else None
    if place is not None and place.kind is PlaceKind.DEPARTMENT:
        found = found.filter(department=place.department)
    elif place is not None:
        here = Q(place_code=place.code) | Q(place_code=f"dep-{place.department}")
        found = found.filter(here)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found.order_by("-pk")[:limit])


def find_group(slug: str) -> Group | None:
    """Return a group by its room's slug, also a private one."""
    rows = Group.objects.select_related("room", "parent__room")
    return rows.filter(room__slug=slug).first()


def group_of(room: Room) -> Group | None:
    """Return the group that a room is, or was opened in."""
    home = room.pk if room.kind == Room.Kind.GROUP else room.group_id
    return Group.objects.select_related("room").filter(room=home).first() if home else None


def groups_of(user: User | None) -> list[Group]:
    """Return the groups that an account is in, the last one entered first."""
    if user is None:
        return []
    mine = _memberships(user)
    groups = Group.objects.filter(room__participants__in=mine).select_related("room", "parent")
    return list(groups.order_by("-room__participants__joined_at"))


def sections_of(group: Group, user: User | None) -> list[Group]:
    """Return the local sections of a group that somebody may read, by place."""
    readable = Q(room__access=Room.Access.OPEN)
    if user is not None:
        readable |= Q(room__in=_memberships(user).values("room"))
    sections = Group.objects.filter(readable, parent=group).select_related("room")
    return list(sections.order_by("place_name", "pk"))


def rooms_in(group: Group) -> QuerySet[Room]:
    """Return the debates and action rooms of a group, those that are open first."""
    rooms = Room.objects.filter(group=group.room_id, kind__in=ROOM_KINDS)
    over = ExpressionWrapper(Q(status=Room.Status.CLOSED), BooleanField())
    return rooms.annotate(is_over=over).order_by("is_over", F("opens_at").desc(nulls_last=True))


def requests_of(group: Group) -> list[Participant]:
    """Return who asks to be let in, the first one first."""
    asking = Participant.objects.filter(
        room=group.room_id, candidate__status=Candidate.Status.ASKED, is_banned=False
    ).exclude(name_key="")
    return list(asking.order_by("candidate__at", "pk"))


def candidate_status(person: Participant | None) -> str:
    """Return why somebody known in a group is not in it: asked, refused or left; else ""."""
    if person is None:
        return ""
    found = Candidate.objects.filter(participant=person)
    return found.values_list("status", flat=True).first() or ""


def organisers_of(group: Group) -> list[Participant]:
    """Return who leads a group: its owner and its moderators."""
    led = members_of(group.room_id).filter(role__in=(Role.OWNER, Role.MODERATOR))
    return list(led.select_related("user").order_by("joined_at", "pk"))


def count_members(groups: Iterable[Group]) -> dict[int, int]:
    """Return how many people are in each group, by its room."""
    members = members_of(*(group.room_id for group in groups))
    rows = members.order_by().values_list("room").annotate(count=Count("pk"))
    return dict(rows)


def _memberships(user: User) -> QuerySet[Participant]:
    mine = Participant.objects.filter(user=user, superseded_by=None, is_banned=False)
    return mine.filter(room__kind=Room.Kind.GROUP).exclude(role=Role.OBSERVER)
