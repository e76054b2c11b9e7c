"""Finds the places somebody may mean by what they typed."""

import re
from itertools import islice

from rooms.places.folding import fold
from rooms.places.gazetteer import commune_index, departments, get_place
from rooms.places.place import Place, PlaceKind

LIMIT = 10
QUERY_LENGTH = 80
"""Longer texts are no names of places: the rest is not looked at."""
_WITH_NUMBER = re.compile(r"(.*[a-z].*) (2[ab]|\d{2,3}|\d{5})")
"""A name with a département or a postal code behind it, as places are shown."""
_WHOLE_NAME = 50.0
_WITHIN = 0.3
_DEPARTMENT = 0.1
"""What the number of people counts for: where the text is the whole name, where it begins a
later word, and of a département, so that its towns keep their own rank."""
_NAMESAKES = 3
"""So many places with this very name are found among all that are larger."""


def find_places(text: str, limit: int = LIMIT) -> list[Place]:
    """Return the places somebody may mean: by words of the name, postal code or INSEE code.

    The larger ones come first, more so if that is their whole name. A name may have its
    département or a postal code behind it. Any text will do.
    """
    query = fold(text[:QUERY_LENGTH].replace("\n", " "))
    if not query or limit < 1:
        return []
    if named := _WITH_NUMBER.fullmatch(query):
        found = _matches(named[1], named[2], limit)
        if found:
            return found
    return _matches(query, "", limit)


def named_exactly(text: str) -> list[Place]:
    """Return the places that bear this name, or this name with their département behind it.

    A département gives way to the one commune it consists of: that is Paris.
    """
    query = fold(text[:QUERY_LENGTH].replace("\n", " "))
    found = [
        one for one in find_places(text, 100) if query in (fold(one.name), fold(str(one)), one.code)
    ]
    taken = {one.department for one in found if one.kind is PlaceKind.COMMUNE}
    return [one for one in found if one.kind is PlaceKind.COMMUNE or one.department not in taken]


def _matches(name: str, number: str, limit: int) -> list[Place]:
    """Return the places with a folded name, or words of it, in an area if a number is given."""
    ways = [f"| {name} |", f"| {name}", f" {name}"]
    found = [
        list(islice((one for one in commune_index().find(way) if _has(one, number)), limit))
        for way in ways
    ]
    areas = [one for one in departments() if _is_meant(one, name) and _has(one, number)]
    every = {one.code: one for some in (*found, areas) for one in some}
    ranked = sorted(every.values(), key=lambda one: _rank(one, name), reverse=True)[:limit]
    coded = get_place(name)
    surely = [*([coded] if coded else []), *found[0][:_NAMESAKES]]
    left_out = [one for one in surely if one not in ranked][:limit]
    return ranked[: limit - len(left_out)] + left_out


def _has(place: Place, number: str) -> bool:
    return not number or number in (place.department.lower(), *place.postal_codes)


def _is_meant(department: Place, name: str) -> bool:
    return name == department.department.lower() or f" {name}" in f" {fold(department.name)}"


def _rank(place: Place, name: str) -> float:
    folded = fold(place.name)
    rank = place.population + 1.0
    if name in (folded, place.department.lower()) and place.kind is PlaceKind.DEPARTMENT:
        return rank * _WHOLE_NAME
    if place.kind is PlaceKind.DEPARTMENT:
        rank *= _DEPARTMENT
    elif name == folded:
        return rank * _WHOLE_NAME
    return rank if folded.startswith(name) or name.isdigit() else rank * _WITHIN
