"""Who wants to hear of what happens near a place."""

from math import cos, radians

from rooms.eventlog.errors import Code, Refused
from rooms.notifications.models import Neighbourhood
from rooms.people.models import User
from rooms.places.gazetteer import get_place
from rooms.places.place import LatLon, distance_km

NEAR_KM = 30.0
_KM_PER_DEGREE = 111.2
"""Of latitude: the Earth's mean circumference, 40,030 km, by 360."""


def set_neighbourhood(*, user: User, place_code: str) -> None:
    """Tell an account what happens near a place; "" for none. Raises ``Refused``."""
    if not place_code:
        Neighbourhood.objects.filter(user=user).delete()
        return
    place = get_place(place_code)
    if place is None:
        raise Refused(Code.BAD_SHAPE)
    where = {"latitude": place.latitude, "longitude": place.longitude}
    fields = {"place_code": place.code, **where}
    Neighbourhood.objects.update_or_create(user=user, defaults=fields)


def neighbourhood_of(user: User) -> str:
    """Return the code of the place near which an account wants to hear what happens, or ""."""
    rows = Neighbourhood.objects.filter(user=user)
    return rows.values_list("place_code", flat=True).first() or ""


def neighbours_of(at: LatLon) -> list[User]:
    """Return who wants to hear of what happens at a point (degrees)."""
    latitude, longitude = at
    tall = NEAR_KM / _KM_PER_DEGREE
    wide = tall / max(cos(radians(latitude)), 0.01)
    box = Neighbourhood.objects.filter(
        latitude__range=(latitude - tall, latitude + tall),
        longitude__range=(longitude - wide, longitude + wide),
    ).select_related("user")
    return [one.user for one in box if distance_km(at, (one.latitude, one.longitude)) <= NEAR_KM]
