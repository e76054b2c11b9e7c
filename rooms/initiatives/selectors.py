"""Finding initiatives. A page of a list costs the same however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from rooms.eventlog.models import Room
from rooms.initiatives.models import BoundRoom, Initiative, Promoter, Signature, Stage
from rooms.initiatives.nearby import nearest
from rooms.initiatives.search import matching
from rooms.people.models import Participant, User

PAGE = 20


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. ``order`` is popular, recent or near ``at``: latitude, longitude."""

    query: str = ""
    theme: str = ""
    kind: str = ""
    department: str = ""
    order: str = "popular"
    at: tuple[float, float] | None = None


def find_initiatives(
    wanted: Wanted, after: Sequence[int] = (), limit: int = PAGE
) -> list[Initiative]:
    """Return at most ``limit`` initiatives that everybody may read, in order, past a cursor.

    A cursor is what :func:`cursor_of` gave for the last one shown; what is near has one page.
    """
    found = matching(_filtered(wanted), wanted.query)
    if wanted.order == "near" and wanted.at is not None:
        return nearest(found.select_related("room"), wanted.at, limit)
    if wanted.order == "recent":
        found = found.order_by("-pk")
        if len(after) == 1:
            found = found.filter(pk__lt=after[0])
    else:
        found = found.order_by("-rank", "-pk")
        if len(after) == 2:
            rank, pk = after
            found = found.filter(Q(rank__lt=rank) | Q(rank=rank, pk__lt=pk), rank__lte=rank)
    # Which they are is found by narrow rows; only those that are shown are read whole.
    shown = Initiative.objects.filter(pk__in=found.values("pk")[:limit])
    return list(shown.order_by(*found.query.order_by).select_related("room"))


def cursor_of(initiative: Initiative, order: str) -> list[int]:
    """Return what a list goes on after, in one of the two orders that have pages."""
    return [initiative.pk] if order == "recent" else [initiative.rank, initiative.pk]


def find_initiative(slug: str) -> Initiative | None:
    """Return an initiative by its room's slug, also one that nobody may read."""
    return Initiative.objects.select_related("room").filter(room__slug=slug).first()


def promoted_by(user: User) -> QuerySet[Initiative]:
    """Return what an account promotes, the latest first, also what waits or was removed."""
    mine = Promoter.objects.filter(participant__user=user)
    return (
        Initiative.objects.filter(pk__in=mine.values("initiative"))
        .select_related("room")
        .order_by("-pk")
    )


def visibly_promoted_by(user: User) -> QuerySet[Initiative]:
    """Return what an account promotes and everybody may read, the latest first."""
    return promoted_by(user).filter(is_visible=True)


def publicly_signed_by(user: User) -> QuerySet[Initiative]:
    """Return what an account signed for everybody to see, where everybody may, the latest first."""
    mine = Signature.objects.filter(user=user, is_public=True, status=Signature.Status.COUNTED)
    signed = Initiative.objects.filter(pk__in=mine.values("initiative"), is_visible=True)
    return signed.select_related("room").order_by("-pk")


def count_creators() -> int:
    """Return how many people have proposed or taken up an initiative; a minute old at most."""
    return int(cache.get_or_set("creators", _count_creators, 60) or 0)


def _count_creators() -> int:
    promoting = Promoter.objects.filter(initiative__is_visible=True)
    return promoting.aggregate(count=Count("participant__user", distinct=True))["count"] or 0


def promoters_of(initiative: Initiative) -> list[Participant]:
    """Return who promotes an initiative, the first one first."""
    rows = Promoter.objects.filter(initiative=initiative).select_related("participant")
    return [row.participant for row in rows.order_by("seq")]


def public_signatures(initiative: Initiative, limit: int = 20) -> list[Signature]:
    """Return the last signatures whose names may be read."""
    rows = Signature.objects.filter(
        initiative=initiative, is_public=True, status=Signature.Status.COUNTED
    )
    return list(rows.order_by("-seq")[:limit])


def waiting_for_action(limit: int = 20) -> list[Initiative]:
    """Return initiatives that have reached their threshold and have no action room yet."""
    bound = BoundRoom.objects.filter(initiative=OuterRef("pk"), room__kind=Room.Kind.ACTION)
    reached = Initiative.objects.filter(stage=Stage.REACHED, is_visible=True)
    return list(reached.exclude(Exists(bound)).select_related("room")[:limit])


def initiatives_in(group: Room) -> QuerySet[Initiative]:
    """Return the initiatives of a group that everybody may read, the most signed first."""
    found = Initiative.objects.filter(room__group=group, is_visible=True)
    return found.select_related("room").order_by("-rank", "-pk")


def made_from(room: Room, number: int) -> list[Initiative]:
    """Return the initiatives that were made from a message, of those everybody may read."""
    found = Initiative.objects.filter(source_room=room, source_number=number, is_visible=True)
    return list(found.select_related("room"))


def _filtered(wanted: Wanted) -> QuerySet[Initiative]:
    found = Initiative.objects.filter(is_visible=True)
    for name in ("theme", "kind", "department"):
        if value := getattr(wanted, name):
            found = found.filter(**{name: value})
    return found
