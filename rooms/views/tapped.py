"""What is done by a tap: answered to scripts as JSON, to others by the page that shows it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.people.roles import Action
from rooms.views.access import Visit, visit
from rooms.views.answers import explain, nack, refused, status_of, wants_json
from rooms.views.composer import new_client_id
from rooms.views.strings import page_strings

SCRIPTS = ["bundles/tasks.js"]
"""What a page of the action desk needs to follow, and to keep what is tapped."""
Act = Callable[[HttpRequest, Visit, int], object]
Way = Callable[[HttpRequest, str, int], str]


def visit_action(request: HttpRequest, slug: str) -> Visit:
    """Return who asks for a page of an action room; 404 for another room."""
    found = visit(request, slug)
    if found.room.kind != Room.Kind.ACTION:
        raise Http404
    return found


def desk_context(found: Visit) -> dict[str, Any]:
    """Return what every page of the action desk needs. The head is read before what it shows."""
    return {
        "room": found.room,
        "me": found.me,
        "organises": found.may(Action.ORGANISE),
        "head": found.room.head,
        "scripts": SCRIPTS,
        "strings": page_strings(),
        "client_id": new_client_id(),
    }


def at_card(kind: str) -> Way:
    """Lead back to the page of a task or a meetup, or to its card on the board."""

    def way(request: HttpRequest, slug: str, number: int) -> str:
        if "participant" in request.POST or "stay" in request.POST:
            return reverse(f"rooms:{kind}", args=[slug, number])
        return f"{reverse('rooms:board', args=[slug])}#{kind}-{number}"

    return way


def tapped(way: Way) -> Callable[[Act], Callable[[HttpRequest, str, int], HttpResponse]]:
    """Make a view of something done by one tap; ``way`` leads on those who have no scripts."""

    def decorate(act: Act) -> Callable[[HttpRequest, str, int], HttpResponse]:
        @require_POST
        @wraps(act)
        def view(request: HttpRequest, slug: str, number: int) -> HttpResponse:
            found = visit_action(request, slug)
            page = way(request, slug, number)
            try:
                act(request, found, number)
            except Refused as refusal:
                return _refuse(request, found, refusal, page)
            except DatabaseError:
                if not wants_json(request):
                    raise
                return nack(Refused(Code.RETRY_LATER, retry_after=2))
            if wants_json(request):
                return JsonResponse({"type": "ack"})
            return redirect(page)

        return view

    return decorate


def _refuse(request: HttpRequest, found: Visit, refusal: Refused, page: str) -> HttpResponse:
    if wants_json(request):
        return nack(refusal)
    if refusal.code is not Code.OVERLAPS:
        return refused(request, refusal, page)
    # Say what is at the same time, and let them take both all the same.
    context = {
        "room": found.room,
        "message": explain(refusal),
        "back": page,
        "sent": {name: request.POST.get(name, "") for name in ("state", "participant")},
        "client_id": new_client_id(),
    }
    status = status_of(refusal)
    return render(request, "rooms/organizing/overlap.html", context, status=status)
