"""Finds where each commune lies: by its name in GeoNames, else by its neighbours.

GeoNames' free extract has the places with at least 500 people. A smaller commune is put in
the middle of those that share its postal code, or else its intercommunality or its
arrondissement; its coordinates are marked as rough.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rooms.places.build.sources import EMPTY, TERRITORIES, Settlement
from rooms.places.folding import fold
from rooms.places.geometry import Point

ALSO = {"97701": ["Gustavia"], "97801": ["Marigot"]}
"""Communes that GeoNames knows by the name of their seat alone."""
Within = Callable[[str, Point], bool]
"""Whether latitude and longitude are in a département, or hardly outside."""


@dataclass
class Commune:
    """A commune on its way into the gazetteer."""

    code: str
    name: str
    department: str
    region: str
    population: int
    postal_codes: list[str]
    arrondissement: str
    group: str = ""
    parts: list[str] = field(default_factory=list)
    """Names of the communes it was made of, its seat first."""
    at: Point | None = None
    is_rough: bool = False


def read(rows: Iterable[dict[str, Any]], groups: Iterable[dict[str, Any]]) -> list[Commune]:
    """Return the communes of today, the largest first."""
    found: dict[str, Commune] = {}
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["type"] == "commune-actuelle" and row["departement"] not in EMPTY:
            found[row["code"]] = _commune(row)
        elif "chefLieu" in row:
            parts[row["chefLieu"]].append(row)
    for code, merged in parts.items():
        merged.sort(key=lambda row: row["code"] != row["chefLieu"])
        if code in found:
            found[code].parts = [row["nom"] for row in merged]
    for group in groups:
        for member in group["membres"]:
            if member["code"] in found:
                found[member["code"]].group = group["code"]
    return sorted(found.values(), key=lambda one: (-one.population, one.code))


def _commune(row: dict[str, Any]) -> Commune:
    department = row["departement"]
    return Commune(
        code=row["code"],
        name=row["nom"],
        department=department,
        region=department if department in TERRITORIES.values() else row["region"],
        population=row.get("population") or 0,
        postal_codes=row.get("codesPostaux") or [],
        arrondissement=row.get("arrondissement") or "",
        parts=ALSO.get(row["code"], []),
    )


def candidates(commune: Commune, settlements: dict[str, list[Settlement]]) -> list[Settlement]:
    """Return the settlements that bear its name in its region, else that of one of its parts."""
    for name in (commune.name, *commune.parts):
        named = settlements.get(fold(name), [])
        here = [one for one in named if one.region == commune.region]
        if here:
            return here
    return []


def locate(
    communes: Sequence[Commune], settlements: dict[str, list[Settlement]], within: Within
) -> None:
    """Give coordinates to all communes."""
    for commune in communes:
        here = [
            one
            for one in candidates(commune, settlements)
            if within(commune.department, (one.latitude, one.longitude))
        ]
        if here:
            best = min(
                here, key=lambda one: abs(math.log((one.population + 50) / _people(commune)))
            )
            commune.at = best.latitude, best.longitude
    for commune, at in estimates(communes, [one for one in communes if one.at is None]):
        commune.at, commune.is_rough = at, True


def _people(commune: Commune) -> int:
    return commune.population + 50


def estimates(
    communes: Iterable[Commune], wanted: Iterable[Commune]
) -> Iterable[tuple[Commune, Point]]:
    """Return where communes would lie, going by the others that have coordinates."""
    known: dict[str, list[Commune]] = defaultdict(list)
    for commune in communes:
        if commune.at is not None and not commune.is_rough:
            for key in _neighbourhoods(commune):
                known[key].append(commune)
    rows = []
    for commune in wanted:
        for key in _neighbourhoods(commune):
            near = [one.at for one in known[key] if one is not commune and one.at]
            if near:
                rows.append((commune, _mean(near)))
                break
        else:
            raise ValueError(f"Nothing is known of the whereabouts of {commune.code}.")
    return rows


def _neighbourhoods(commune: Commune) -> list[str]:
    """Return what it shares with its neighbours, the smallest area first."""
    home = commune.department
    both = [f"{home} {code} {commune.group}" for code in commune.postal_codes]
    postal = [f"{home} {code}" for code in commune.postal_codes]
    wide = [f"group {home} {commune.group}", f"arr {commune.arrondissement}", f"dep {home}"]
    return both + postal + [key for key in wide if not key.endswith(" ")]


def _mean(points: Sequence[Point]) -> Point:
    return sum(x for x, _y in points) / len(points), sum(y for _x, y in points) / len(points)
