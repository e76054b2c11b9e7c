"""Initiatives by place: near which place somebody looks, and the map."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rooms.initiatives.models import Initiative
from rooms.initiatives.nearby import actions_under_way, tallies
from rooms.notifications.nearby import neighbourhood_of
from rooms.places.clusters import Mark
from rooms.places.gazetteer import departments, get_place, near
from rooms.places.maps import Shade
from rooms.places.place import Place
from rooms.views.initiative_forms import NearForm
from rooms.views.visitors import account

_PLACE = "place"
"""Session key: the code of the place near which somebody last looked."""
DIGITS = 2
"""Of degrees, to which a device's position is rounded: about a kilometre."""
REACH_KM = 30.0
"""How far the next commune may be from somebody who says that they are in France."""


@dataclass(frozen=True)
class Center:
    """The place that lists begin at, if it is known, and the form that asks for it."""

    place: Place | None
    form: NearForm


def find_center(request: HttpRequest) -> Center:
    """Return near which place somebody looks: the one they name, the last one, or their own."""
    known = _remembered(request)
    if request.GET.get("order") != "near":
        return Center(known, _form_at(known))
    form = NearForm(request.GET)
    if not form.is_valid():
        return Center(None, form)
    place = get_place(form.cleaned_data["place"].code) or known
    if place is None:
        form.add_error("place", form.fields["place"].error_messages["required"])
        return Center(None, form)
    if place != known:
        request.session[_PLACE] = place.code
    return Center(place, _form_at(place))


@require_POST
def near_me(request: HttpRequest) -> HttpResponse:
    """Lead to what is near the commune somebody's device says they are in.

    The position is rounded, becomes a commune, and is not kept.
    """
    found = _commune_at(request.POST.get("latitude", ""), request.POST.get("longitude", ""))
    if found is None:
        messages.error(request, _("We know no place around you. Type the name of one."))
        return redirect("rooms:initiatives")
    return redirect(near_url(found))


@require_safe
def initiative_map(request: HttpRequest) -> HttpResponse:
    """Show how many initiatives there are in each département, and what is being done where."""
    counts = tallies()
    rows = [(one, counts.get(one.department, 0), _listed(one)) for one in departments()]
    context = {
        "rows": [row for row in rows if row[1]],
        "shades": {one.department: Shade(count, url) for one, count, url in rows if count},
        "marks": [mark for one in actions_under_way() if (mark := _mark(one))],
        "elsewhere": counts.get("", 0),
        "near": Center(None, _form_at(_remembered(request))),
    }
    return render(request, "rooms/initiatives/map.html", context)


def near_url(place: Place) -> str:
    """Return the address of the list of what is near a place."""
    query = urlencode({"order": "near", "place": str(place), "place_code": place.code})
    return f"{reverse('rooms:initiatives')}?{query}"


def _form_at(place: Place | None) -> NearForm:
    return NearForm(initial={"place": place.code if place else ""})


def _remembered(request: HttpRequest) -> Place | None:
    code = request.session.get(_PLACE, "")
    if not code and (user := account(request)):
        code = neighbourhood_of(user)
    return get_place(code)


def _commune_at(latitude: str, longitude: str) -> Place | None:
    try:
        at = round(float(latitude), DIGITS), round(float(longitude), DIGITS)
    except (ValueError, OverflowError):
        return None
    if not (-90 <= at[0] <= 90 and -180 <= at[1] <= 180):
        return None
    return next(iter(near(at, REACH_KM, 1)), None)


def _listed(department: Place) -> str:
    return f"{reverse('rooms:initiatives')}?department={department.department}"


def _mark(initiative: Initiative) -> Mark | None:
    place = get_place(initiative.place_code)
    if place is None:
        return None
    path = reverse("rooms:initiative", args=[initiative.room.slug])
    return Mark(place, 1, path, initiative.room.title)
