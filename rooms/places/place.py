"""A place, and how far places are from each other."""

import math
from dataclasses import dataclass
from enum import StrEnum

EARTH_RADIUS = 6371.0088
LatLon = tuple[float, float]


class PlaceKind(StrEnum):
    """What a place is."""

    COMMUNE = "commune"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Place:
    """A commune or a département; those overseas that have neither are treated as the latter.

    ``code`` is stable, to be stored: INSEE's of a commune ("75056"), or "dep-69".
    """

    code: str
    name: str
    kind: PlaceKind
    department: str
    """Code of its département as INSEE gives it: "69", "2A", "974"."""
    latitude: float
    longitude: float
    population: int
    postal_codes: tuple[str, ...] = ()
    is_rough: bool = False
    """Whether the coordinates are only those of its neighbourhood."""

    @property
    def at(self) -> LatLon:
        """Return latitude and longitude."""
        return self.latitude, self.longitude

    def __str__(self) -> str:
        """Return name and département, which tell places of one name apart."""
        return f"{self.name} ({self.department})"


def kilometres(a: LatLon, b: LatLon) -> float:
    """Return the distance on the ground, as the crow flies."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (a, b))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, half)))


def distance_km(a: Place | LatLon, b: Place | LatLon) -> float:
    """Return the distance between two places or points."""
    return kilometres(_point(a), _point(b))


def _point(place: Place | LatLon) -> LatLon:
    return place.at if isinstance(place, Place) else place
