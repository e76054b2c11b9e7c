"""The moderator's panel: what waits, who is muted, the room's words, its times."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from rooms.eventlog.errors import Refused
from rooms.eventlog.models import Room
from rooms.lifecycle.schedule import close_room, open_room, schedule_room
from rooms.messages.selectors import held_queue
from rooms.moderation.modes import set_hold_policy, set_mode
from rooms.moderation.policy import room_rules, set_words
from rooms.moderation.reasons import CHOICES, Reason
from rooms.moderation.room_events import Mode
from rooms.people.roles import Action
from rooms.people.selectors import sanctioned_people
from rooms.templatetags.debate import mode_words
from rooms.views.access import Visit, visit, visit_as
from rooms.views.answers import Undo, answer, explain, is_htmx, refused, status_of
from rooms.views.composer import number_in
from rooms.views.forms import ScheduleForm

SHOWN = 200
"""Held messages in the panel, those that wait longest; the next ones come when asked for."""


def desk_context(found: Visit) -> dict[str, Any]:
    """Return what the moderator's panel shows."""
    return {
        **_queue(found.room),
        "muted_people": sanctioned_people(found.room),
        "words": "\n".join(room_rules(found.room).words),
        "schedule": ScheduleForm.of(found.room),
        "can_schedule": found.may(Action.SCHEDULE),
        "hold_outcomes": Room.HoldOutcome.choices,
        "reasons": CHOICES,
    }


@never_cache
@require_safe
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the panel as a page of its own."""
    return _show(request, visit_as(request, slug, Action.SEE_HELD))


@require_safe
def held(request: HttpRequest, slug: str) -> HttpResponse:
    """List what waits longest, for htmx to refill the panel."""
    found = visit_as(request, slug, Action.SEE_HELD)
    context = {"room": found.room, **_queue(found.room)}
    return render(request, "rooms/pieces/desk/next.html", context)


@require_safe
def muted(request: HttpRequest, slug: str) -> HttpResponse:
    """List who is muted, for htmx to refresh the panel."""
    found = visit_as(request, slug, Action.MUTE)
    context = {"room": found.room, "muted_people": sanctioned_people(found.room)}
    return render(request, "rooms/pieces/muted.html", context)


@require_POST
def words(request: HttpRequest, slug: str) -> HttpResponse:
    """Replace the room's own held expressions, one a line."""
    found = visit(request, slug)
    text = request.POST.get("words", "")
    try:
        set_words(room=found.room, actor=found.actor(), words=text.splitlines())
    except Refused as refusal:
        return _correct(request, found, "words", refusal, words=text)
    return _saved(request, found, "words", words=text)


@require_POST
def schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """Change when the room opens and closes."""
    found = visit(request, slug)
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        return _correct(request, found, "schedule", None, schedule=form)
    try:
        schedule_room(room=found.room, actor=found.actor(), **form.times())
    except Refused as refusal:
        return _correct(request, found, "schedule", refusal, schedule=form)
    return _saved(request, found, "schedule", schedule=form)


@require_POST
def mode(request: HttpRequest, slug: str, mode: str) -> HttpResponse:
    """Switch what the whole room is under."""
    found = visit(request, slug)
    before = int(getattr(found.room, mode, 0)) if mode in list(Mode) else 0
    try:
        event = set_mode(
            room=found.room,
            actor=found.actor(),
            mode=mode,
            value=number_in(request.POST, "value") or 0,
            reason=request.POST.get("reason", Reason.OTHER),
        )
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:desk", args=[slug]))
    said = capfirst(mode_words(event.payload))
    url = reverse("rooms:mode", args=[slug, mode])
    return _done(request, slug, Undo(f"{said}.", url, {"value": str(before)}))


@require_POST
def hold_policy(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what becomes of a hold that nobody decides about in time."""
    found = visit(request, slug)
    try:
        set_hold_policy(
            room=found.room,
            actor=found.actor(),
            outcome=request.POST.get("outcome", ""),
            minutes=number_in(request.POST, "minutes") or found.room.hold_minutes,
        )
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:desk", args=[slug]))
    return _done(request, slug)


@require_POST
def open_now(request: HttpRequest, slug: str) -> HttpResponse:
    found = visit(request, slug)
    try:
        open_room(room=found.room, actor=found.actor())
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:room", args=[slug]))
    return _done(request, slug)


@require_POST
def close_now(request: HttpRequest, slug: str) -> HttpResponse:
    found = visit(request, slug)
    try:
        close_room(room=found.room, actor=found.actor())
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:room", args=[slug]))
    return _done(request, slug)


def _queue(room: Room) -> dict[str, Any]:
    queue = held_queue(room, limit=SHOWN + 1)
    return {"held": queue[:SHOWN], "held_more": len(queue) > SHOWN}


def _done(request: HttpRequest, slug: str, undo: Undo | None = None) -> HttpResponse:
    return answer(request, slug, reverse("rooms:room", args=[slug]), undo)


def _saved(request: HttpRequest, found: Visit, form: str, **shown: Any) -> HttpResponse:
    if is_htmx(request):
        return _show(request, found, piece=form, note=_("Saved."), **shown)
    return redirect("rooms:desk", found.room.slug)


def _correct(
    request: HttpRequest, found: Visit, form: str, refusal: Refused | None, **shown: Any
) -> HttpResponse:
    """Show a form again with what was typed and what is wrong with it."""
    if not found.is_moderator and refusal is not None:
        return refused(request, refusal, reverse("rooms:room", args=[found.room.slug]))
    if refusal is not None:
        shown[f"{form}_error"] = explain(refusal)
    # htmx shows only answers of success; the piece itself says that it is an error.
    status = 200 if is_htmx(request) else status_of(refusal) if refusal else 422
    return _show(request, found, piece=form, status=status, **shown)


def _show(
    request: HttpRequest, found: Visit, *, piece: str = "", status: int = 200, **shown: Any
) -> HttpResponse:
    if not found.is_moderator:
        raise Http404
    context = {
        "room": found.room,
        "me": found.me,
        "is_moderator": True,
        **desk_context(found),
        **shown,
    }
    name = f"rooms/pieces/{piece}_form.html" if piece and is_htmx(request) else "rooms/desk.html"
    return render(request, name, context, status=status)
