"""One's own data: to take along, and to erase, for accounts and for guests alike."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from rooms.eventlog.models import Room
from rooms.people.models import Participant
from rooms.people.roles import Role
from rooms.privacy.erasure import erase_guest, erase_person
from rooms.privacy.export import as_json, export_guest, export_person
from rooms.privacy.holds import open_appeals_of
from rooms.views.visitors import account, known_guest


@never_cache
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Tell what is known of the visitor, and offer to take it along or to erase it."""
    return _show(request)


@never_cache
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """Return all that is known of the visitor as a file."""
    user = account(request)
    found = export_person(user) if user else export_guest(known_guest(request))
    headers = {"Content-Disposition": 'attachment; filename="livedebate.json"'}
    return HttpResponse(as_json(found), content_type="application/json", headers=headers)


@never_cache
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Erase the visitor, who has typed that they want it; they are a stranger afterwards."""
    typed = request.POST.get("confirm", "").strip().casefold()
    if typed != confirmation().casefold():
        error = _("Nothing was erased. Type the word “%(word)s” to erase everything.")
        return _show(request, error % {"word": confirmation()}, status=422)
    if user := account(request):
        erase_person(user)
    if key := known_guest(request):
        erase_guest(key)
    logout(request)
    messages.success(request, _("Everything that was known of you here is erased."))
    return redirect("rooms:home")


def confirmation() -> str:
    """Return the word to type, in the reader's language."""
    return _("erase")


def _show(request: HttpRequest, error: str = "", status: int = 200) -> HttpResponse:
    user, key = account(request), known_guest(request)
    people = Participant.objects.none()
    if user:
        people = Participant.objects.filter(user=user)
    elif key:
        people = Participant.objects.filter(guest_key=key, user=None)
    owned = people.filter(role=Role.OWNER).exclude(room__status=Room.Status.CLOSED)
    context: dict[str, Any] = {
        "account": user,
        "is_known": user is not None or people.exists(),
        "rooms": Room.objects.filter(participants__in=people).distinct().order_by("-created_at"),
        "owned": Room.objects.filter(participants__in=owned).distinct().order_by("title"),
        "appeals": open_appeals_of(people),
        "confirmation": confirmation(),
        "error": error,
    }
    return render(request, "account/data.html", context, status=status)
