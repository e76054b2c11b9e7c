"""Writes the two bundled files, and says how good they are."""

import gzip
import json
import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rooms.places.build.communes import Commune, candidates, estimates, locate, read
from rooms.places.build.fit import Known, fit
from rooms.places.build.outlines import PARIS, metropolitan, overseas, paris, rounded
from rooms.places.build.sources import EMPTY, Settlement, Sources
from rooms.places.geometry import Point, Ring, contains, nearest, to_path
from rooms.places.place import kilometres
from rooms.places.projection import Frame

DRAWING = (613, 585)
EVERY = 3
"""One town in so many is enough to fit the projection."""
TOLERANCE = 1.5
"""Units of the drawing, or about two kilometres, that a town may lie outside."""


def bundle(sources: Sources, target: Path) -> list[str]:
    """Write communes.tsv.gz and outlines.json; return what there is to say about them."""
    settlements = sources.settlements()
    communes = read(sources.division("communes"), sources.division("epci"))
    drawn = sources.outlines()
    drawing = fit(drawn, _unmistakable(communes, settlements, drawn)[::EVERY], DRAWING)

    def within(department: str, at: Point) -> bool:
        rings = drawn.get(department)
        if rings is None:
            return True
        point = drawing.place(*at)
        return contains(rings, point) or math.dist(nearest(rings, point), point) < TOLERANCE

    locate(communes, settlements, within)
    _write_communes(communes, target / "communes.tsv.gz")
    departments = [one for one in sources.division("departements") if one["code"] not in EMPTY]
    for row in departments:
        row |= _summary([one for one in communes if one.department == row["code"]])
    _write_outlines(drawing, drawn, sources.islands(), departments, target / "outlines.json")
    return _quality(communes, drawing)


def _unmistakable(
    communes: Sequence[Commune],
    settlements: dict[str, list[Settlement]],
    drawn: dict[str, list[Ring]],
) -> list[Known]:
    """Return the towns whose name nothing else in their region bears."""
    named: dict[tuple[str, str], list[Commune]] = defaultdict(list)
    for commune in communes:
        named[commune.name, commune.region].append(commune)
    known: list[Known] = []
    for alike in named.values():
        found = candidates(alike[0], settlements)
        if len(alike) == len(found) == 1 and alike[0].department in drawn:
            known.append((alike[0].department, found[0].latitude, found[0].longitude))
    return known


def _write_communes(communes: Sequence[Commune], path: Path) -> None:
    lines = []
    for one in communes:
        assert one.at is not None
        digits = 2 if one.is_rough else 4
        at = "\t".join(f"{degrees:.{digits}f}" for degrees in one.at)
        postal = " ".join(one.postal_codes)
        lines.append(f"{one.code}\t{one.name}\t{one.population}\t{at}\t{postal}")
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write("\n".join(lines).encode())


def _summary(communes: Sequence[Commune]) -> dict[str, Any]:
    """Return how many live in a département, and where its communes are on average."""
    places = [one.at for one in communes if one.at is not None]
    return {
        "population": sum(one.population for one in communes),
        "latitude": round(sum(lat for lat, _lon in places) / len(places), 4),
        "longitude": round(sum(lon for _lat, lon in places) / len(places), 4),
    }


def _write_outlines(
    drawing: Frame,
    drawn: dict[str, list[Ring]],
    islands: dict[str, list[Ring]],
    departments: Sequence[dict[str, Any]],
    path: Path,
) -> None:
    metro, outlines = metropolitan(drawing, drawn)
    zoom, close = paris(drawing, drawn)
    frames = [metro, zoom]
    for code in sorted(islands):
        frame, outlines[code] = overseas(code, islands[code])
        frames.append(frame)
    rows = [
        {
            "code": one["code"],
            "name": one["nom"],
            "seat": one["chefLieu"],
            "population": one["population"],
            "latitude": one["latitude"],
            "longitude": one["longitude"],
            "frame": one["code"] if one["code"] in islands else "metro",
            "path": to_path(outlines[one["code"]]),
            **({"close": to_path(close[one["code"]])} if one["code"] in PARIS else {}),
        }
        for one in departments
    ]
    bundled = {"frames": [asdict(rounded(frame)) for frame in frames], "departments": rows}
    path.write_text(json.dumps(bundled, ensure_ascii=False, indent=0) + "\n")


def _quality(communes: Sequence[Commune], drawing: Frame) -> list[str]:
    exact = [one for one in communes if not one.is_rough]
    people = sum(one.population for one in exact) / sum(one.population for one in communes)
    small = [one for one in exact if one.population < 1000]
    off = [kilometres(one.at, at) for one, at in estimates(exact, small) if one.at]
    tenths = statistics.quantiles(off, n=10)
    return [
        f"{len(communes)} communes, {len(exact)} with coordinates of their own, "
        f"where {people:.1%} of all people live.",
        f"Rough coordinates, tried on {len(small)} small communes that have better ones: "
        f"half are off by less than {tenths[4]:.1f} km, nine of ten by less than {tenths[8]:.1f}.",
        f"The drawing is Mercator’s projection: {drawing}.",
    ]
