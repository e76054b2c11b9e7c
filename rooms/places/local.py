"""The small map of one place, as data."""

from dataclasses import dataclass

from rooms.places.geometry import Point, box, parse_path
from rooms.places.maps import Area, Shade, Sheet, drawn_on
from rooms.places.outlines import PARIS, Territory, frames, territories
from rooms.places.place import Place, PlaceKind
from rooms.places.projection import Frame


@dataclass(frozen=True)
class LocalMap:
    """A place with the départements around it. ``at`` is None for a département."""

    sheet: Sheet
    at: Point | None
    unit: float
    """A hundredth of the sheet's width, that labels and the mark are measured in."""

    def length(self, hundredths: float) -> str:
        """Return a length as SVG writes it."""
        return f"{hundredths * self.unit:.1f}"


def local_map(place: Place) -> LocalMap:
    """Return the map of one place with the départements around it."""
    own = territories()[place.department]
    frame = frames()[PARIS] if own.close else own.frame
    view = _around(_path_box(own, frame))
    areas = [
        Area(one.place, path, Shade(0), is_own=one is own, label=_label(one, frame, view))
        for one in drawn_on(frame.name)
        for path in [one.close if frame.name == PARIS else one.path]
        if _meet(_path_box(one, frame), view)
    ]
    at = frame.place(*place.at) if place.kind is PlaceKind.COMMUNE else None
    return LocalMap(Sheet(frame.name, str(place), view, areas), at, view[2] / 100)


def _path_box(one: Territory, frame: Frame) -> tuple[float, float, float, float]:
    return box(parse_path(one.close)) if frame.name == PARIS else one.box


def _around(
    around: tuple[float, float, float, float], margin: float = 0.3
) -> tuple[float, float, float, float]:
    """Return a view box of 4:3 that shows a box with a margin."""
    left, top, right, bottom = around
    width = max(right - left, (bottom - top) * 4 / 3) * (1 + 2 * margin)
    height = width * 3 / 4
    left, top = (left + right - width) / 2, (top + bottom - height) / 2
    return round(left, 1), round(top, 1), round(width, 1), round(height, 1)


def _meet(one: tuple[float, float, float, float], view: tuple[float, float, float, float]) -> bool:
    left, top, width, height = view
    across = one[0] < left + width and one[2] > left
    return across and one[1] < top + height and one[3] > top


def _label(one: Territory, frame: Frame, view: tuple[float, float, float, float]) -> Point | None:
    """Return where the number of a département stands, if that is well within the view."""
    if frame.name == PARIS:
        left, top, right, bottom = box(parse_path(one.close))
        x, y = (left + right) / 2, (top + bottom) / 2
    else:
        x, y = one.middle
    inside = view[0] + view[2] * 0.06 < x < view[0] + view[2] * 0.94
    inside = inside and view[1] + view[3] * 0.08 < y < view[1] + view[3] * 0.94
    return (round(x), round(y)) if inside else None
