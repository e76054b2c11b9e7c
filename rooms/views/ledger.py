"""The public ledger: of one room, of all public rooms, and as files to keep and check."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from rooms.eventlog.models import Room
from rooms.ledger import stats
from rooms.ledger.chain import head_digest
from rooms.ledger.export import as_csv, as_json, export
from rooms.ledger.selectors import PAGE, entries_of, lines, messages_of, sealed_rooms
from rooms.ledger.summary import as_csv as summary_csv
from rooms.ledger.summary import summary
from rooms.ledger.timeline import timeline
from rooms.views.access import visit

SHOWN_ROOMS = 200


@require_safe
def room_ledger(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a room's ledger to whoever may read the room; ``?before=`` shows earlier entries."""
    room = visit(request, slug).room
    context = {"head": head_digest(room), **_context(request, room)}
    return render(request, "rooms/ledger/room.html", context)


@require_safe
def public_ledger(request: HttpRequest) -> HttpResponse:
    """Show the ledger of all rooms that everybody may read."""
    rooms = sealed_rooms()[:SHOWN_ROOMS]
    return render(request, "rooms/ledger/public.html", {"rooms": rooms, **_context(request, None)})


@require_safe
def ledger_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the records after ``?after=`` with their digests, as ``docs/ledger.md`` has it."""
    found = export(visit(request, slug).room, after=_number(request, "after") or 0)
    return _file(as_json(found), "application/json", f"ledger-{slug}.json")


@require_safe
def ledger_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the records after ``?after=`` as a table."""
    found = export(visit(request, slug).room, after=_number(request, "after") or 0)
    return _file(as_csv(found), "text/csv; charset=utf-8", f"ledger-{slug}.csv")


@require_safe
def public_json(request: HttpRequest) -> JsonResponse:
    """Return the last digest of each public room: what to keep in order to check later.

    ``next`` is the ``after`` of the file that goes on; None where this is the last.
    """
    after = _number(request, "after") or 0
    sealed = list(sealed_rooms()[after : after + SHOWN_ROOMS + 1])
    rooms = [
        {
            "room": room.slug,
            "entries": room.entry_count,
            "head": room.sealed_by,
            "ledger": request.build_absolute_uri(reverse("rooms:ledger_json", args=[room.slug])),
        }
        for room in sealed[:SHOWN_ROOMS]
    ]
    following = after + SHOWN_ROOMS if len(sealed) > SHOWN_ROOMS else None
    return JsonResponse({"rooms": rooms, "next": following})


@require_safe
def figures_json(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Return what a room's ledger adds up to, or that of all public rooms."""
    room = visit(request, slug).room if slug else None
    return JsonResponse(summary(room))


@require_safe
def figures_csv(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Return the same as a table."""
    room = visit(request, slug).room if slug else None
    name = f"figures-{slug or 'site'}.csv"
    return _file(summary_csv(summary(room)), "text/csv; charset=utf-8", name)


def _context(request: HttpRequest, room: Room | None) -> dict[str, Any]:
    entries = entries_of(room)
    before = _number(request, "before")
    shown = lines(room, before=before, limit=PAGE + 1)
    measures = stats.measures(entries)
    return {
        "room": room,
        "lines": shown[:PAGE],
        "before": before,
        "earlier": shown[PAGE - 1].key if len(shown) > PAGE else None,
        "count": entries.count(),
        "measures": measures,
        "most": max((one.total for one in measures), default=0),
        "machine": sum(one.machine for one in measures),
        "moderator": sum(one.moderator for one in measures),
        **_sides(room),
        "holds": stats.holds(messages_of(room)),
        "wait": stats.median_wait(entries),
        "appeals": stats.appeals(entries),
        "timeline": timeline(entries),
    }


def _sides(room: Room | None) -> dict[str, Any]:
    """Return how the rules struck each side; sides of several rooms have nothing in common."""
    found = stats.sides(messages_of(room)) if room is not None else []
    return {"sides": found, "few": stats.FEW, "has_few": any(one.is_few for one in found)}


def _number(request: HttpRequest, name: str) -> int | None:
    """Return a number of the address; None for what is none."""
    raw = request.GET.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 18 else None


def _file(text: str, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=content_type, headers=headers)
