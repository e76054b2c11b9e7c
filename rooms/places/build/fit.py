"""Finds where degrees lie on the published drawing, which does not say so.

It is Mercator's projection, so that each axis is a straight line. The towns whose département
is known decide: wherever one falls outside of its own outline, the lines are moved towards it.
"""

import math
from collections import defaultdict
from collections.abc import Sequence

from rooms.places.geometry import Point, Ring, contains, middle, nearest
from rooms.places.projection import Frame, stretched

ROUNDS = 12
WEIGHT = 8.0
"""Of a town that is outside, against one that is inside."""
WRONG = 10.0
"""So far outside, in units of the drawing, the town is a namesake elsewhere."""

Known = tuple[str, float, float]
"""Département, latitude, longitude."""


def fit(outlines: dict[str, list[Ring]], towns: Sequence[Known], size: tuple[int, int]) -> Frame:
    """Return the drawing's frame."""
    by_department: dict[str, list[Known]] = defaultdict(list)
    for town in towns:
        by_department[town[0]].append(town)
    means = [_mean(code, here) for code, here in by_department.items()]
    frame = _frame(means, [middle(outlines[code]) for code in by_department], None, size)
    for _round in range(ROUNDS):
        targets, weights = _pull(frame, outlines, towns)
        frame = _frame(towns, targets, weights, size)
    return frame


def _mean(code: str, towns: Sequence[Known]) -> Known:
    count = len(towns)
    return code, sum(town[1] for town in towns) / count, sum(town[2] for town in towns) / count


def _pull(
    frame: Frame, outlines: dict[str, list[Ring]], towns: Sequence[Known]
) -> tuple[list[Point], list[float]]:
    """Return where each town should lie, and how much that counts."""
    targets, weights = [], []
    for code, latitude, longitude in towns:
        point = target = frame.place(latitude, longitude)
        if not contains(outlines[code], point):
            target = nearest(outlines[code], point)
        is_wrong = math.dist(point, target) > WRONG
        targets.append(point if is_wrong else target)
        weights.append(0.0 if is_wrong else WEIGHT if target != point else 1.0)
    return targets, weights


def _frame(
    towns: Sequence[Known],
    targets: Sequence[Point],
    weights: Sequence[float] | None,
    size: tuple[int, int],
) -> Frame:
    weights = weights or [1.0] * len(towns)
    left, per_degree = _line([town[2] for town in towns], [x for x, _y in targets], weights)
    heights = [-stretched(town[1]) for town in towns]
    top, per_stretch = _line(heights, [y for _x, y in targets], weights)
    return Frame("metro", *size, left, per_degree, top, per_stretch)


def _line(
    xs: Sequence[float], ys: Sequence[float], weights: Sequence[float]
) -> tuple[float, float]:
    """Return intercept and slope by weighted least squares."""
    total = sum(weights)
    x0 = sum(w * x for w, x in zip(weights, xs, strict=True)) / total
    y0 = sum(w * y for w, y in zip(weights, ys, strict=True)) / total
    rows = list(zip(weights, xs, ys, strict=True))
    slope = sum(w * (x - x0) * (y - y0) for w, x, y in rows)
    slope /= sum(w * (x - x0) ** 2 for w, x, _y in rows)
    return y0 - slope * x0, slope
