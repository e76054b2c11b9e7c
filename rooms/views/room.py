"""A room's page, and reading further back in it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rooms.eventlog.models import Room
from rooms.eventlog.views import EventView
from rooms.initiatives.binding import initiative_bound_to
from rooms.messages.models import Side
from rooms.messages.selectors import own_holds, timeline
from rooms.organizing.announcements import pinned_for
from rooms.organizing.meetup_selectors import meetups_ahead
from rooms.people.models import NAME_LENGTH
from rooms.people.selectors import people_of
from rooms.profiles.direct import mark_read
from rooms.views.access import Visit, visit
from rooms.views.answers import is_htmx
from rooms.views.composer import Composer, quoted
from rooms.views.desk import desk_context
from rooms.views.previews import preview_of_room
from rooms.views.sharing import share_context
from rooms.views.strings import page_strings
from rooms.views.visitors import known_name, signed_in

PAGE = 50
SCRIPTS = ["bundles/room.js"]
DESK_SCRIPTS = ["bundles/desk.js"]


@require_safe
def room_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a room; ``?reply_to=`` prepares an answer, ``?before=`` shows earlier messages."""
    found = visit(request, slug)
    composer = Composer(reply_to=quoted(found.room, request.GET.get("reply_to")))
    return show_room(request, found, composer)


@require_safe
def earlier(request: HttpRequest, slug: str) -> HttpResponse:
    """Return what stands before a sequence: lines for htmx, else the room's page there."""
    found = visit(request, slug)
    if not is_htmx(request):
        return show_room(request, found, Composer())
    context = {"room": found.room, "me": found.me, **_log(request, found)}
    return render(request, "rooms/pieces/lines.html", context)


def show_room(
    request: HttpRequest,
    found: Visit,
    composer: Composer,
    *,
    join_error: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a room's page. The head is read before the log: nothing falls between them."""
    room, me = found.room, found.me
    context: dict[str, Any] = {
        "room": room,
        "me": me,
        "is_moderator": found.is_moderator,
        "head": room.head,
        "own_holds": own_holds(me) if me else [],
        "composer": composer,
        "join_error": join_error,
        "known_name": request.POST.get("name") or known_name(request),
        "name_length": NAME_LENGTH,
        "sides": Side.choices,
        "people_count": people_of(room).count(),
        "muted": bool(me and me.muted_until and me.muted_until > timezone.now()),
        "gate": _gate(found),
        "scripts": SCRIPTS,
        "strings": page_strings(),
        "preview": preview_of_room(request, room),
        "bound_initiative": initiative_bound_to(room),
        **_log(request, found),
        **share_context(request, found),
    }
    if room.kind == Room.Kind.ACTION:
        context.update(_action(found))
    if room.kind == Room.Kind.DIRECT:
        context.update(_direct(request, found))
    if found.is_moderator:
        context.update(desk_context(found), scripts=context["scripts"] + DESK_SCRIPTS)
    return render(request, "rooms/room.html", context, status=status)


def _action(found: Visit) -> dict[str, Any]:
    """Return what only an action room's page shows."""
    return {
        "announcements": pinned_for(found.room, found.me),
        "meetups": meetups_ahead(found.room.pk, timezone.now()),
        "scripts": [*SCRIPTS, "js/taps.js"],
    }


def _direct(request: HttpRequest, found: Visit) -> dict[str, Any]:
    """Count a conversation as read, by who opens it, up to what the page shows."""
    mark_read(user=signed_in(request), room=found.room, head=found.room.head)
    return {"scripts": [*SCRIPTS, "js/direct.js"]}


def _gate(found: Visit) -> str:
    """Return what keeps somebody from writing while the room is open; "" for nothing."""
    me = found.me
    if me is None or found.is_moderator:
        return ""
    if me.is_banned:
        return "banned"
    if me.muted_until and me.muted_until > timezone.now():
        return "muted"
    return "paused" if found.room.is_paused else ""


def _log(request: HttpRequest, found: Visit) -> dict[str, Any]:
    raw = request.GET.get("before", "")
    before = int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 18 else None
    lines = timeline(found.room, before=before, limit=PAGE + 1)
    shown: list[EventView] = lines[-PAGE:]
    return {
        "lines": shown,
        "before": before,
        "earlier": shown[0].seq if len(lines) > PAGE else None,
    }
