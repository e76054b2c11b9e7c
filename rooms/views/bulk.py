"""Deciding about many messages at once, and taking that back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from rooms.eventlog.errors import Refused
from rooms.messages.bulk import decide_many
from rooms.moderation.reasons import Reason
from rooms.views.access import Visit, visit
from rooms.views.answers import Undo, done, is_htmx, refused

UNDONE = 10_000
"""Messages that are taken back in one go, at most."""


def decide_all(request: HttpRequest, found: Visit, numbers: list[int]) -> Undo:
    """Decide about many messages; return what undoes all that was decided."""
    decision = request.POST.get("decision", "")
    outcome = decide_many(
        room=found.room,
        actor=found.actor(),
        numbers=numbers,
        decision=decision,
        reason=request.POST.get("reason", Reason.OTHER),
    )
    said = ngettext("%d message decided.", "%d messages decided.", outcome.decided)
    back = "restore" if decision == "remove" else "withhold"
    values = {"decision": back, "numbers": " ".join(map(str, outcome.numbers))}
    return Undo(said % outcome.decided, reverse("rooms:undo", args=[found.room.slug]), values)


@require_POST
def undo(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back what was decided about many messages."""
    found = visit(request, slug)
    numbers = [int(n) for n in request.POST.get("numbers", "").split() if n.isdecimal()]
    try:
        decide_all(request, found, numbers[:UNDONE])
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:desk", args=[slug]))
    return done() if is_htmx(request) else redirect("rooms:desk", slug)
