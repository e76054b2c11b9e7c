"""Initiatives by place: what is near, how many there are where, and what is being done."""

from math import cos, radians

from django.core.cache import cache
from django.db.models import Count, F, QuerySet

from rooms.eventlog.models import Room
from rooms.initiatives.models import BoundRoom, Initiative
from rooms.places.place import LatLon

NEAR_KM = 50.0
_CIRCLES_KM = (5.0, 15.0, NEAR_KM)
_KM_PER_DEGREE = 111.2
"""Of latitude: the Earth's mean circumference, 40,030 km, by 360."""
ACTIONS = 200
"""Actions that a map shows: the latest."""


def nearest(found: QuerySet[Initiative], at: LatLon, limit: int) -> list[Initiative]:
    """Return what lies within :data:`NEAR_KM` of a point, the nearest first; the most signed
    first of those at the same place.

    What lies at the very point, as all of one town do, is asked for first, and then ever wider
    circles, so that a city costs no more than a village.
    """
    latitude, longitude = at
    here = found.filter(latitude=latitude, longitude=longitude).order_by("-rank", "-pk")[:limit]
    nearby = list(here)
    for km in _CIRCLES_KM:
        if len(nearby) >= limit:
            break
        nearby = list(_within(found, at, km)[:limit])
    return nearby


def _within(found: QuerySet[Initiative], at: LatLon, km: float) -> QuerySet[Initiative]:
    """Return what lies in a circle, the nearest first, as on a flat map."""
    latitude, longitude = at
    tall = km / _KM_PER_DEGREE
    wide = tall / max(cos(radians(latitude)), 0.01)
    box = found.filter(
        latitude__range=(latitude - tall, latitude + tall),
        longitude__range=(longitude - wide, longitude + wide),
    )
    north, east = F("latitude") - latitude, F("longitude") - longitude
    squared = north * north + east * east * (tall / wide) ** 2
    near = box.annotate(squared=squared).filter(squared__lte=tall**2)
    return near.order_by("squared", "-rank", "-pk")


def tallies() -> dict[str, int]:
    """Return how many initiatives there are by département, "" for none; a minute old at most."""
    counts: dict[str, int] = cache.get_or_set("tallies", count_by_department, 60) or {}
    return counts


def count_by_department() -> dict[str, int]:
    """Count the initiatives that everybody may read, by département."""
    visible = Initiative.objects.filter(is_visible=True).order_by()
    return dict(visible.values_list("department").annotate(count=Count("*")))


def actions_under_way() -> list[Initiative]:
    """Return the local initiatives, at a known place, that have an open action room."""
    bound = BoundRoom.objects.filter(
        room__kind=Room.Kind.ACTION,
        room__status=Room.Status.OPEN,
        initiative__is_visible=True,
        initiative__latitude__isnull=False,
    )
    rows = bound.select_related("initiative__room").order_by("-pk")[:ACTIONS]
    return list({row.initiative_id: row.initiative for row in rows}.values())
