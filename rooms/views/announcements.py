"""Announcing, changing it, seeing who has read it, and saying that one has."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from rooms.eventlog.errors import Refused
from rooms.organizing.announcements import (
    LENGTH,
    acknowledge,
    all_of,
    announce,
    announcement_view,
    edit_announcement,
)
from rooms.people.roles import Action
from rooms.views.access import Visit, visit_as
from rooms.views.answers import explain, status_of
from rooms.views.composer import new_client_id, number_in
from rooms.views.tapped import desk_context, tapped


@require_http_methods(["GET", "HEAD", "POST"])
def announcements(request: HttpRequest, slug: str) -> HttpResponse:
    """Show organisers what was announced and who has not read it; announce something."""
    found = visit_as(request, slug, Action.ORGANISE)
    text, error, status = request.POST.get("text", ""), "", 200
    client_id = request.POST.get("client_id") or new_client_id()
    if request.method == "POST":
        try:
            announce(room=found.room, actor=found.actor(), client_id=client_id, text=text)
        except Refused as refusal:
            error, status = explain(refusal), status_of(refusal)
        else:
            return redirect("rooms:announcements", slug)
    context = {
        **desk_context(found),
        "made": all_of(found.room),
        "text": text,
        "error": error,
        "client_id": client_id,
        "limit": LENGTH,
    }
    return render(request, "rooms/organizing/announcements.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Change an announcement; everybody is asked to read it again only if that is wanted."""
    found = visit_as(request, slug, Action.ORGANISE)
    view = announcement_view(found.room, number)
    if view is None:
        raise Http404
    text, error, status = request.POST.get("text", view.text), "", 200
    client_id = request.POST.get("client_id") or new_client_id()
    again = bool(request.POST.get("again"))
    if request.method == "POST":
        try:
            edit_announcement(
                room=found.room,
                actor=found.actor(),
                number=number,
                client_id=client_id,
                text=text,
                again=again,
            )
        except Refused as refusal:
            error, status = explain(refusal), status_of(refusal)
        else:
            return redirect("rooms:announcements", slug)
    context = {
        "room": found.room,
        "announcement": view,
        "text": text,
        "again": again,
        "error": error,
        "client_id": client_id,
        "limit": LENGTH,
    }
    return render(request, "rooms/organizing/edit_announcement.html", context, status=status)


def _room(request: HttpRequest, slug: str, number: int) -> str:
    return reverse("rooms:room", args=[slug])


@tapped(_room)
def read(request: HttpRequest, found: Visit, number: int) -> None:
    """Note that the visitor has read an announcement."""
    version = number_in(request.POST, "version") or 0
    acknowledge(room=found.room, actor=found.actor(), number=number, version=version)
