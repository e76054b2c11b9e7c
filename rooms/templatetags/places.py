"""Maps in templates. The page links css/places.css."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from rooms.places import local, maps
from rooms.places.clusters import Mark
from rooms.places.place import Place

register = template.Library()


@register.inclusion_tag("rooms/pieces/country_map.html")
def country_map(
    title: str,
    marks: Iterable[Mark] = (),
    shades: Mapping[str, maps.Shade] | None = None,
    slug: str = "map",
    heading: str = "",
    listing: bool = True,
) -> dict[str, Any]:
    """Draw the country with marks, with départements shaded by their codes, and list both.

    ``slug`` begins the ids; two maps on one page need two. ``heading`` stands over the list of
    the marks. Without ``listing`` the page itself has a list of the shaded départements.
    """
    drawn = maps.country_map(marks, shades)
    return {"map": drawn, "title": title, "slug": slug, "heading": heading, "listing": listing}


@register.inclusion_tag("rooms/pieces/local_map.html")
def local_map(place: Place) -> dict[str, Any]:
    """Draw a small map of a place with the départements around it."""
    return {"map": local.local_map(place), "place": place}


@register.filter
def hundredths(drawn: local.LocalMap, length: float) -> str:
    """Return a length on a small map, in hundredths of its width."""
    return drawn.length(length)


@register.filter
def svg(number: float) -> str:
    """Return a number as SVG writes it, in any language."""
    return f"{number:.1f}"
