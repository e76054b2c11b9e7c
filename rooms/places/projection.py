"""From latitude and longitude to the paper of a map. All frames are Mercator's projection."""

import math
from dataclasses import dataclass

from rooms.places.geometry import Point


@dataclass(frozen=True)
class Frame:
    """A piece of paper: ``width`` x ``height`` units, and where degrees lie on it."""

    name: str
    width: int
    height: int
    left: float
    """x of the meridian of Greenwich."""
    per_degree: float
    top: float
    """y of the equator."""
    per_stretch: float
    """Units per degree of latitude at the equator; Mercator stretches towards the poles."""

    def place(self, latitude: float, longitude: float) -> Point:
        """Return where a point of the Earth lies."""
        return (
            self.left + self.per_degree * longitude,
            self.top - self.per_stretch * stretched(latitude),
        )

    def holds(self, point: Point) -> bool:
        """Say whether a point lies on the paper."""
        return 0 <= point[0] <= self.width and 0 <= point[1] <= self.height


def stretched(latitude: float) -> float:
    """Return Mercator's ordinate, in degrees of the equator."""
    bounded = math.radians(max(-85.0, min(85.0, latitude)))
    return math.degrees(math.log(math.tan(math.pi / 4 + bounded / 2)))
