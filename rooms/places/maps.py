"""Maps as data: sheets of paper with outlines and spots. Templates draw them as SVG."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from rooms.places.clusters import Mark, Spot, cluster, size
from rooms.places.geometry import Point, box, parse_path
from rooms.places.outlines import METRO, PARIS, Territory, frames, territories
from rooms.places.place import Place, PlaceKind
from rooms.places.projection import Frame

STEPS = 4
DEPARTMENTS_OVERSEAS = ("971", "972", "973", "974", "976")
"""Always on the map. The collectivities are where something is to be shown there."""


@dataclass(frozen=True)
class Shade:
    """How much there is in a département, and where that is listed."""

    count: int
    url: str = ""


@dataclass(frozen=True)
class Area:
    """An outline on a sheet; ``step`` is 0 for none, up to ``STEPS`` for the most."""

    place: Place
    path: str
    shade: Shade
    step: int = 0
    is_own: bool = False
    label: Point | None = None


@dataclass
class Sheet:
    """One drawing. ``view`` is its view box: left, top, width, height."""

    name: str
    title: str
    view: tuple[float, float, float, float]
    areas: list[Area]
    spots: list[Spot] = field(default_factory=list)

    @property
    def viewbox(self) -> str:
        """Return the view box as SVG writes it."""
        return " ".join(f"{value:g}" for value in self.view)


@dataclass(frozen=True)
class CountryMap:
    """The country, what is too small on it, and what is far away, in this order."""

    sheets: list[Sheet]
    listed: list[Spot]
    """All spots but those of the closer sheet, numbered: the list that stands for the map."""
    legend: list[tuple[int, int, int]]
    """Step, from, to: for each step that there is."""

    @property
    def shaded(self) -> list[Area]:
        """Return the départements that have something to tell, each once."""
        every = [area for sheet in self.sheets if sheet.name != PARIS for area in sheet.areas]
        return [area for area in every if area.shade.count or area.shade.url]


def country_map(
    marks: Iterable[Mark] = (), shades: Mapping[str, Shade] | None = None
) -> CountryMap:
    """Return the map of the country with marks, with départements shaded by their codes."""
    marks, shades = list(marks), shades or {}
    steps = _steps(shades)
    wanted = {mark.place.department for mark in marks} | set(shades)
    names = [METRO, PARIS, *(name for name in frames() if _is_shown(name, wanted))]
    sheets = [_sheet(frames()[name], marks, shades, steps) for name in names]
    listed = [spot for sheet in sheets if sheet.name != PARIS for spot in sheet.spots]
    size([spot for sheet in sheets for spot in sheet.spots])
    _number(listed, [spot for sheet in sheets if sheet.name == PARIS for spot in sheet.spots])
    return CountryMap(sheets, listed, _legend(shades, steps))


def _is_shown(name: str, wanted: set[str]) -> bool:
    return name in DEPARTMENTS_OVERSEAS or (name in wanted and name in territories())


def _steps(shades: Mapping[str, Shade]) -> dict[str, int]:
    """Return the step of each département: as many different counts in each, as it can be.

    So one with very many does not make all others alike.
    """
    counts = sorted({shade.count for shade in shades.values() if shade.count > 0})
    of_count = {count: ceil(STEPS * rank / len(counts)) for rank, count in enumerate(counts, 1)}
    return {code: of_count.get(shade.count, 0) for code, shade in shades.items()}


def _sheet(
    frame: Frame, marks: Iterable[Mark], shades: Mapping[str, Shade], steps: Mapping[str, int]
) -> Sheet:
    drawn = _drawn_on(frame.name)
    areas = [
        Area(
            place=one.place,
            path=one.close if frame.name == PARIS else one.path,
            shade=shades.get(one.code, Shade(0)),
            step=steps.get(one.code, 0),
        )
        for one in drawn
    ]
    codes = {one.code for one in drawn}
    located = [
        (frame.place(*mark.place.at), mark) for mark in marks if mark.place.department in codes
    ]
    title = "" if frame.name in (METRO, PARIS) else drawn[0].place.name
    return Sheet(frame.name, title, (0, 0, frame.width, frame.height), areas, cluster(located))


def _drawn_on(name: str) -> list[Territory]:
    every = territories().values()
    return [one for one in every if (one.close if name == PARIS else one.frame.name == name)]


def _number(listed: Sequence[Spot], closer: Sequence[Spot]) -> None:
    """Number the list's spots; those of the closer sheet lead to the same entries."""
    of_mark = {}
    for number, spot in enumerate(listed, 1):
        spot.number = number
        of_mark.update({id(mark): number for mark in spot.marks})
    for spot in closer:
        spot.number = of_mark[id(spot.marks[0])]


def _legend(shades: Mapping[str, Shade], steps: Mapping[str, int]) -> list[tuple[int, int, int]]:
    rows = []
    for step in range(1, STEPS + 1):
        counts = [shade.count for code, shade in shades.items() if steps[code] == step]
        if counts:
            rows.append((step, min(counts), max(counts)))
    return rows


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
        for one in _drawn_on(frame.name)
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
