"""All French communes and départements, by their codes and by what is near.

The communes stay the one text they are bundled as, the largest first: they are looked for in
it, and only what is found becomes a ``Place``. That costs some megabytes and a fraction of a
second once, when somebody first looks for a place, and nothing at the start.
"""

import gzip
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, islice
from pathlib import Path

from rooms.places.folding import fold
from rooms.places.outlines import DEPARTMENT, territories
from rooms.places.place import LatLon, Place, PlaceKind, distance_km

_DATA = Path(__file__).parent / "data" / "communes.tsv.gz"
_COMMUNE = re.compile(r"\d[0-9ab]\d{3}")
_KM_PER_DEGREE = 111.0


class CommuneIndex:
    """The communes as two texts with the same lines: as they are, and folded for search."""

    def __init__(self) -> None:
        self.lines = gzip.decompress(_DATA.read_bytes()).decode().split("\n")
        # Row by row: all of them split at once would take five times the memory for a moment.
        names = fold("\n".join(line.split("\t", 2)[1] for line in self.lines)).split("\n")
        folded = list(map(_searchable, names, self.lines))
        self.starts = array("I", accumulate(map(len, folded), initial=0))
        self.text = "".join(folded)
        self.latitudes = array("f", (float(line.split("\t", 4)[3]) for line in self.lines))

    def find(self, wanted: str) -> Iterator[Place]:
        """Return the communes whose folded line holds a text, the largest first."""
        at = self.text.find(wanted)
        while at >= 0:
            index = bisect_right(self.starts, at) - 1
            yield self.place(index)
            at = self.text.find(wanted, self.starts[index + 1])

    def place(self, index: int) -> Place:
        """Return the commune of a line."""
        code, name, population, latitude, longitude, postal = self.lines[index].split("\t")
        return Place(
            code=code,
            name=name,
            kind=PlaceKind.COMMUNE,
            department=code[:3] if code[:2] in ("97", "98") else code[:2],
            latitude=float(latitude),
            longitude=float(longitude),
            population=int(population),
            postal_codes=tuple(postal.split()),
            # Coordinates of its own are bundled with four digits.
            is_rough=len(latitude.partition(".")[2]) < 4,
        )


def _searchable(name: str, line: str) -> str:
    """Return what a commune is found by. Bars around the name, the code last: each has ends."""
    code, *_others, postal = line.split("\t")
    return f"| {name} | {postal} {code.lower()} \n"


@lru_cache(maxsize=1)
def commune_index() -> CommuneIndex:
    """Return the communes, read when they are first asked for."""
    return CommuneIndex()


def departments() -> list[Place]:
    """Return all départements, those overseas too, by their codes."""
    return [one.place for one in territories().values()]


def get_place(code: str) -> Place | None:
    """Return the place a stored code stands for, if there is one."""
    if code.startswith(DEPARTMENT):
        territory = territories().get(code.removeprefix(DEPARTMENT).upper())
        return territory.place if territory else None
    folded = code.lower()
    if not _COMMUNE.fullmatch(folded):
        return None
    return next(commune_index().find(f" {folded} \n"), None)


def department_of(place: Place) -> Place:
    """Return the département a place lies in, or is."""
    return territories()[place.department].place


def near(center: Place | LatLon, km: float, limit: int | None = None) -> list[Place]:
    """Return the communes within a distance, the nearest first; the place itself is one."""
    latitude = center.latitude if isinstance(center, Place) else center[0]
    span = km / _KM_PER_DEGREE + 0.01
    communes = commune_index()
    rows = [index for index, at in enumerate(communes.latitudes) if abs(at - latitude) <= span]
    places = ((distance_km(center, place), place) for place in map(communes.place, rows))
    within = sorted((one for one in places if one[0] <= km), key=lambda one: (one[0], one[1].code))
    return [place for _km, place in islice(within, limit)]
