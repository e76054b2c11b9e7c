"""Deciding about many messages at once, and taking that back."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from rooms.eventlog.errors import Code, Refused
from rooms.messages.bulk import decide_many, take_back
from rooms.moderation.reasons import Reason
from rooms.views.access import Visit, visit
from rooms.views.answers import Undo, answer, refused
from rooms.views.composer import number_in


def decide_all(request: HttpRequest, found: Visit, numbers: list[int]) -> Undo:
    """Decide about many messages; return what undoes it.

    Raises ``Refused``, with stale where all of them had been decided about already.
    """
    outcome = decide_many(
        room=found.room,
        actor=found.actor(),
        numbers=numbers,
        decision=request.POST.get("decision", ""),
        reason=request.POST.get("reason", Reason.OTHER),
    )
    if not outcome.decided:
        raise Refused(Code.STALE)
    said = ngettext("%d message decided.", "%d messages decided.", outcome.decided)
    seqs = [event.seq for event in outcome.events]
    values = {"first": str(min(seqs)), "last": str(max(seqs))}
    return Undo(said % outcome.decided, reverse("rooms:undo", args=[found.room.slug]), values)


@require_POST
def undo(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back what the visitor decided from one event to another."""
    found = visit(request, slug)
    try:
        first, last = (number_in(request.POST, name) or 0 for name in ("first", "last"))
        take_back(room=found.room, actor=found.actor(), first=first, last=last)
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:desk", args=[slug]))
    return answer(request, slug, reverse("rooms:desk", args=[slug]))
