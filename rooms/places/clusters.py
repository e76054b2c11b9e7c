"""Marks that would lie on each other become one, so that dense places stay readable."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rooms.places.geometry import Point
from rooms.places.place import Place

APART = 104
"""Units between the middles of two spots: 24 pixels and more, from 320 pixels of width on."""
LARGEST = 52.0
_ROOM_FOR = (30.0, 30.0, 36.0, 46.0, 52.0)
"""The smallest radius by the number of characters in the dot."""


@dataclass(frozen=True)
class Mark:
    """Something to show at a place: how many there are, where they are listed, and as what."""

    place: Place
    count: int
    url: str
    label: str


@dataclass
class Spot:
    """One dot on a map, for one mark or for several, the largest first."""

    at: Point
    marks: list[Mark] = field(default_factory=list)
    number: int = 0
    """Of its entry in the list below the map."""
    radius: float = LARGEST

    @property
    def count(self) -> int:
        """Return how many there are in all."""
        return sum(mark.count for mark in self.marks)

    @property
    def others(self) -> int:
        """Return how many marks there are beside the first."""
        return len(self.marks) - 1

    @property
    def short_count(self) -> str:
        """Return the count in at most four characters."""
        count = self.count
        for size, letter in ((10**9, "G"), (10**6, "M"), (1000, "k")):
            if count >= size:
                return f"{min(count // size, 999)}{letter}"
        return str(count)


def cluster(located: Iterable[tuple[Point, Mark]]) -> list[Spot]:
    """Gather marks into spots that are ``APART``. Each mark is in one spot.

    A spot lies where its largest mark is, so that it is never where nothing is.
    """
    spots: list[Spot] = []
    for at, mark in sorted(located, key=lambda one: (-one[1].count, one[1].place.code)):
        near = [spot for spot in spots if math.dist(spot.at, at) < APART]
        if near:
            min(near, key=lambda spot: math.dist(spot.at, at)).marks.append(mark)
        else:
            spots.append(Spot(at, [mark]))
    return spots


def size(spots: Sequence[Spot]) -> None:
    """Give the spots of one map their radius: it grows with the count, which fits in."""
    most = max((spot.count for spot in spots), default=1) or 1
    for spot in spots:
        grown = _ROOM_FOR[0] + (LARGEST - _ROOM_FOR[0]) * math.sqrt(spot.count / most)
        spot.radius = round(max(grown, _ROOM_FOR[len(spot.short_count)]), 1)
