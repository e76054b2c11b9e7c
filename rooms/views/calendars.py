"""The run sheet of a room, and the calendars that people subscribe to."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from rooms.eventlog.models import Room
from rooms.eventlog.views import MeetupView, TaskView
from rooms.organizing.calendars import calendar_of, find_key, reader_of, renew_key
from rooms.organizing.meetup_selectors import meetups_of
from rooms.organizing.selectors import tasks_of
from rooms.views.access import visit


@require_safe
def run_sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who does what, where and when, made to be printed."""
    found = visit(request, slug)
    if found.room.kind != Room.Kind.ACTION:
        raise Http404
    context = {"room": found.room, "rows": _rows(found.room.pk), "now": timezone.now()}
    return render(request, "rooms/organizing/run_sheet.html", context)


def _rows(room_id: int) -> list[dict[str, TaskView | MeetupView]]:
    """Return what is to be done and who meets, by time; what has no time comes last."""
    rows: list[dict[str, TaskView | MeetupView]] = []
    rows += [{"meetup": one} for one in meetups_of(room_id) if not one.is_cancelled]
    rows += [{"task": one} for one in tasks_of(room_id) if not one.is_cancelled]

    def start(row: dict[str, TaskView | MeetupView]) -> tuple[bool, datetime]:
        (one,) = row.values()
        return one.starts_at is None, one.starts_at or timezone.now()

    return sorted(rows, key=start)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calendars(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the addresses of one's calendars, or make new ones."""
    found = visit(request, slug)
    if found.room.kind != Room.Kind.ACTION or found.me is None:
        raise Http404
    if request.method == "POST":
        renew_key(found.me)
        return redirect("rooms:calendars", slug)
    key = find_key(found.me)
    context: dict[str, object] = {"room": found.room, "key": key}
    for name in ("mine", "all") if key else ():
        path = reverse("rooms:calendar", args=[key.key if key else "", name])
        context[name] = request.build_absolute_uri(path)
    return render(request, "rooms/organizing/calendars.html", context)


@never_cache
@require_safe
def calendar(request: HttpRequest, key: str, which: str) -> HttpResponse:
    """Return a calendar to who knows its key."""
    person = reader_of(key)
    if person is None or which not in ("mine", "all"):
        raise Http404
    ical = calendar_of(person, only_mine=which == "mine", host=request.get_host())
    return HttpResponse(ical, content_type="text/calendar; charset=utf-8")
