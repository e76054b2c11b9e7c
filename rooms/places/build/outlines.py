"""Puts the outlines of all départements onto frames, on whole units, small enough to bundle."""

from dataclasses import replace

from rooms.places.geometry import Ring, box, thin
from rooms.places.projection import Frame, stretched

METRO_SCALE = 2
"""Units of the frame for one of the drawing: whole units are half of its own."""
PARIS = ("75", "92", "93", "94")
"""Too small and too full for the map of the country: they have a frame of their own, too."""
INSET = (600, 450)
MARGIN = 30
_SPECK = 4
"""Smaller islands, in units, are left out, but never the last of a territory."""


def scaled(frame: Frame, name: str, scale: float, area: tuple[float, float, int, int]) -> Frame:
    """Return a frame that shows part of another, from left and top, in width and height."""
    left, top, width, height = area
    return Frame(
        name,
        width,
        height,
        (frame.left - left) * scale,
        frame.per_degree * scale,
        (frame.top - top) * scale,
        frame.per_stretch * scale,
    )


def metropolitan(
    drawing: Frame, outlines: dict[str, list[Ring]]
) -> tuple[Frame, dict[str, list[Ring]]]:
    """Return the frame of the country, and the outlines on it."""
    size = drawing.width * METRO_SCALE, drawing.height * METRO_SCALE
    frame = scaled(drawing, "metro", METRO_SCALE, (0, 0, *size))
    return frame, {code: _on(rings, METRO_SCALE, 0, 0) for code, rings in outlines.items()}


def paris(drawing: Frame, outlines: dict[str, list[Ring]]) -> tuple[Frame, dict[str, list[Ring]]]:
    """Return the frame of Paris and its neighbours, and the outlines on it."""
    left, top, scale = _fitting([ring for code in PARIS for ring in outlines[code]])
    frame = scaled(drawing, "paris", scale, (left, top, *INSET))
    return frame, {code: _on(outlines[code], scale, left, top) for code in PARIS}


def overseas(code: str, rings: list[Ring]) -> tuple[Frame, list[Ring]]:
    """Return the frame of a territory, and its outline. ``rings`` are longitude, latitude."""
    flat = [[(x, -stretched(y)) for x, y in ring] for ring in rings]
    left, top, scale = _fitting(flat)
    frame = Frame(code, *INSET, -left * scale, scale, -top * scale, scale)
    return frame, _on(flat, scale, left, top)


def _fitting(rings: list[Ring]) -> tuple[float, float, float]:
    """Return left, top and scale with which the rings lie in the middle of an inset."""
    west, north, east, south = box(rings)
    scale = min((INSET[0] - 2 * MARGIN) / (east - west), (INSET[1] - 2 * MARGIN) / (south - north))
    left = (west + east) / 2 - INSET[0] / 2 / scale
    return left, (north + south) / 2 - INSET[1] / 2 / scale, scale


def _on(rings: list[Ring], scale: float, left: float, top: float) -> list[Ring]:
    """Return rings on whole units. What two départements share stays the same for both."""
    thinned = [thin([((x - left) * scale, (y - top) * scale) for x, y in ring]) for ring in rings]
    thinned.sort(key=_extent, reverse=True)
    return [ring for ring in thinned if len(ring) > 2 and _extent(ring) > _SPECK] or thinned[:1]


def _extent(ring: Ring) -> float:
    west, north, east, south = box([ring])
    return max(east - west, south - north)


def rounded(frame: Frame) -> Frame:
    """Return a frame with no more digits than matter."""
    return replace(
        frame,
        left=round(frame.left, 3),
        per_degree=round(frame.per_degree, 4),
        top=round(frame.top, 3),
        per_stretch=round(frame.per_stretch, 4),
    )
