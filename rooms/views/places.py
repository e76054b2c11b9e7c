"""Places: the answers a combobox asks for, and pages that do without one."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from rooms.places.gazetteer import department_of, departments, get_place, near
from rooms.places.maps import Shade
from rooms.places.place import Place, PlaceKind, distance_km
from rooms.places.search import find_places
from rooms.views.answers import wants_json
from rooms.views.place_field import PlaceField

OFFERED = 8
SHOWN = 12
NEAR_KM = 20
A_DAY = 24 * 3600


class SearchForm(forms.Form):
    """A place that somebody looks for."""

    q = PlaceField(label=_("Town, département or postal code"))


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Find places by ``?q=``: as JSON for the combobox, else as a page.

    The JSON is the same for everybody and for a day: anything between may keep it.
    """
    text = request.GET.get("q", "")
    if wants_json(request):
        response: HttpResponse = JsonResponse(
            {"places": list(map(_offer, find_places(text, OFFERED)))}
        )
        patch_cache_control(response, public=True, max_age=A_DAY)
    elif chosen := get_place(request.GET.get("q_code", "")):
        response = redirect("rooms:place", chosen.code)
    else:
        response = render(request, "rooms/places/search.html", _search(text))
    patch_vary_headers(response, ["Accept"])
    return response


def _offer(place: Place) -> dict[str, str]:
    note = department_of(place).name if place.kind is PlaceKind.COMMUNE else "département"
    return {"code": place.code, "label": str(place), "note": note}


def _search(text: str) -> dict[str, object]:
    return {
        "form": SearchForm(initial={"q": text}),
        "text": text,
        "found": find_places(text, SHOWN),
        "shades": {
            one.department: Shade(0, reverse("rooms:place", args=[one.code]))
            for one in departments()
        },
    }


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show a place on a map, and what is near."""
    found = get_place(code)
    if found is None:
        raise Http404
    if found.code != code:
        return redirect("rooms:place", found.code)
    context = {"place": found, "department": department_of(found), "near": _near(found)}
    return render(request, "rooms/places/place.html", context)


def _near(found: Place) -> list[tuple[Place, int]]:
    """Return the largest communes around a commune, with their distance."""
    if found.kind is PlaceKind.DEPARTMENT:
        return []
    around = [one for one in near(found, NEAR_KM) if one != found]
    around.sort(key=lambda one: -one.population)
    return [(one, round(distance_km(found, one))) for one in around[:12]]
