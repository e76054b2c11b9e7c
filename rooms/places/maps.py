"""Maps as data: sheets of paper with outlines and spots. Templates draw them as SVG."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from rooms.places.clusters import Mark, Spot, cluster, size
from rooms.places.geometry import Point
from rooms.places.outlines import METRO, PARIS, Territory, frames, territories
from rooms.places.place import Place
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
    drawn = drawn_on(frame.name)
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


def drawn_on(name: str) -> list[Territory]:
    """Return the territories that a frame shows."""
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
