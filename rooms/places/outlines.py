"""The bundled outlines of the départements, and the frames they are drawn on."""

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from rooms.places.geometry import Ring, box, contains, middle, nearest, parse_path
from rooms.places.place import LatLon, Place, PlaceKind
from rooms.places.projection import Frame

_DATA = Path(__file__).parent / "data" / "outlines.json"
METRO = "metro"
PARIS = "paris"
"""The frame that shows Paris and its neighbours again, larger."""
DEPARTMENT = "dep-"


@dataclass(frozen=True)
class Territory:
    """A département, or what is overseas in its stead, as it is drawn."""

    place: Place
    seat: str
    """INSEE code of its prefecture."""
    frame: Frame
    path: str
    close: str
    """Its path on the frame of Paris, where it is there."""

    @property
    def code(self) -> str:
        """Return its code as INSEE gives it: "69", "2A", "974"."""
        return self.place.department

    @cached_property
    def rings(self) -> list[Ring]:
        """Return its outline."""
        return parse_path(self.path)

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom on its frame."""
        return box(self.rings)

    @cached_property
    def middle(self) -> tuple[float, float]:
        """Return a point in its middle, where a label may stand."""
        point = middle(self.rings)
        return point if contains(self.rings, point) else nearest(self.rings, point)

    def contains(self, at: LatLon) -> bool:
        """Say whether a point of the Earth lies inside its outline."""
        return contains(self.rings, self.frame.place(*at))


@lru_cache(maxsize=1)
def _bundled() -> tuple[dict[str, Frame], dict[str, Territory]]:
    data = json.loads(_DATA.read_text())
    frames = {row["name"]: Frame(**row) for row in data["frames"]}
    drawn = [_territory(row, frames) for row in data["departments"]]
    return frames, {one.code: one for one in drawn}


def _territory(row: dict[str, Any], frames: dict[str, Frame]) -> Territory:
    place = Place(
        code=DEPARTMENT + row["code"],
        name=row["name"],
        kind=PlaceKind.DEPARTMENT,
        department=row["code"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        population=row["population"],
    )
    return Territory(place, row["seat"], frames[row["frame"]], row["path"], row.get("close", ""))


def frames() -> dict[str, Frame]:
    """Return all frames by name: the country, Paris, one for each territory overseas."""
    return _bundled()[0]


def territories() -> dict[str, Territory]:
    """Return all territories by their codes, in the order of those."""
    return _bundled()[1]
