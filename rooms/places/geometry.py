"""Rings of points, and which points lie inside. Plain numbers, no map knowledge."""

import math
import re
from collections.abc import Iterable, Sequence

Point = tuple[float, float]
Ring = list[Point]
_STEPS = re.compile(r"(-?[\d.]+)[ ,](-?[\d.]+)")


def parse_path(path: str) -> list[Ring]:
    """Return the rings of an SVG path that is made of ``m`` (relative) and ``z`` alone."""
    rings: list[Ring] = []
    x = y = 0.0
    for part in path.split("m")[1:]:
        ring: Ring = []
        for step in _STEPS.finditer(part):
            x, y = x + float(step[1]), y + float(step[2])
            ring.append((x, y))
        x, y = ring[0]
        rings.append(ring)
    return rings


def to_path(rings: Iterable[Ring]) -> str:
    """Return rings with whole coordinates as an SVG path that ``parse_path`` reads."""
    parts: list[str] = []
    last = (0, 0)
    for ring in rings:
        points = [(round(x), round(y)) for x, y in ring]
        steps = []
        for x, y in points:
            steps.append(f"{x - last[0]},{y - last[1]}")
            last = (x, y)
        parts.append("m" + " ".join(steps) + "z")
        last = points[0]
    return "".join(parts)


def thin(ring: Ring) -> Ring:
    """Return a ring on whole coordinates, without points that add nothing to its shape."""
    kept: list[tuple[int, int]] = []
    for x, y in ring:
        point = (round(x), round(y))
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and _is_straight(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    if len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return [(float(x), float(y)) for x, y in kept]


def _is_straight(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    return (b[0] - a[0]) * (c[1] - b[1]) == (b[1] - a[1]) * (c[0] - b[0])


def edges(ring: Ring) -> Iterable[tuple[Point, Point]]:
    """Return the edges of a ring, the one that closes it too."""
    return zip(ring, [*ring[1:], ring[0]], strict=True)


def contains(rings: Sequence[Ring], point: Point) -> bool:
    """Say whether a point is inside, by the even-odd rule: a ring inside a ring is a hole."""
    x, y = point
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in edges(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def nearest(rings: Sequence[Ring], point: Point) -> Point:
    """Return the point of the outline that is nearest."""
    return min(
        (_on_edge(a, b, point) for ring in rings for a, b in edges(ring)),
        key=lambda found: math.dist(found, point),
    )


def _on_edge(a: Point, b: Point, point: Point) -> Point:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    if not length:
        return a
    along = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length
    along = min(1.0, max(0.0, along))
    return a[0] + along * dx, a[1] + along * dy


def box(rings: Iterable[Ring]) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom."""
    points = [point for ring in rings for point in ring]
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def middle(rings: Sequence[Ring]) -> Point:
    """Return the centre of gravity of the largest ring."""
    ring = max(rings, key=lambda one: abs(_area(one)))
    area = _area(ring) or 1.0
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in edges(ring)) / (6 * area)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in edges(ring)) / (6 * area)
    return x, y


def _area(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in edges(ring)) / 2
