"""Reporting a message, and what moderators do with reports."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rooms.eventlog.errors import Code, Refused
from rooms.messages.models import Message
from rooms.messages.selectors import message_views
from rooms.moderation.reasons import CHOICES
from rooms.people.roles import Action
from rooms.redress.reports import (
    MAX_WORDS,
    dismiss_reports,
    has_reported,
    report_message,
    reported_messages,
)
from rooms.views.access import Visit, visit, visit_as
from rooms.views.answers import explain, is_htmx, refused, status_of


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Ask why a message is reported, and take the report: a sheet for htmx, else a page."""
    found = visit(request, slug)
    if request.method != "POST":
        is_banned = found.me is not None and found.me.is_banned
        return _ask(request, found, number, told=Refused(Code.BANNED) if is_banned else None)
    reason, words = request.POST.get("reason", ""), request.POST.get("words", "")
    try:
        report_message(
            room=found.room, actor=found.actor(), number=number, reason=reason, words=words
        )
    except Refused as refusal:
        return _ask(request, found, number, refusal)
    return _ask(request, found, number)


@require_POST
def dismiss(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Settle the reports about a message that stays."""
    found = visit(request, slug)
    try:
        dismiss_reports(room=found.room, actor=found.actor(), number=number)
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:desk", args=[slug]))
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Trigger": "done"})
    return redirect("rooms:desk", slug)


@require_safe
def reported(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Return a reported message's line on the desk; an empty answer once all is settled."""
    found = visit_as(request, slug, Action.DECIDE_HOLD)
    lines = reported_messages(found.room, number)
    if not lines:
        return HttpResponse()
    context = {"room": found.room, "me": found.me, "about": lines[0]}
    return render(request, "rooms/redress/reported.html", context)


def _ask(
    request: HttpRequest,
    found: Visit,
    number: int,
    refusal: Refused | None = None,
    told: Refused | None = None,
) -> HttpResponse:
    """Show the form, with what was refused, or with what would be and is told beforehand."""
    rows = Message.objects.filter(room=found.room, number=number)
    if not rows.filter(published_seq__isnull=False).exists():
        raise Http404
    context = {
        "room": found.room,
        "me": found.me,
        "message": message_views(found.room.pk, [number])[number],
        "is_reported": found.me is not None and has_reported(found.me, number),
        "may_report": found.may(Action.REPORT),
        "reasons": CHOICES,
        "chosen": request.POST.get("reason", ""),
        "words": request.POST.get("words", ""),
        "max_words": MAX_WORDS,
        "error": explain(why) if (why := refusal or told) else "",
    }
    # htmx shows only answers of success; the sheet itself says that it is an error.
    status = status_of(refusal) if refusal and not is_htmx(request) else 200
    name = "rooms/redress/report_sheet.html" if is_htmx(request) else "rooms/redress/report.html"
    return render(request, name, context, status=status)
