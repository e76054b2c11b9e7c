"""Where the site's moderators decide on a reported private message: they see little else."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rooms.eventlog.errors import Refused
from rooms.messages.decisions import remove_message
from rooms.moderation.reasons import CHOICES, Reason
from rooms.people.models import User
from rooms.profiles.direct import enter_to_decide
from rooms.redress.private import InPrivate, report_in_private
from rooms.redress.reports import dismiss_reports
from rooms.views.answers import refused
from rooms.views.team import member


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def private_report(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a reported private message to a moderator, and take what they decide."""
    user = member(request)
    found = report_in_private(slug, number)
    if found is None or found.room.participants.filter(user=user, role="participant").exists():
        raise Http404
    if request.method == "POST":
        try:
            _decide(request, user, found)
        except Refused as refusal:
            return refused(request, refusal, reverse("rooms:team"))
        messages.success(request, _("Decided."))
        return redirect("rooms:team")
    context = {"found": found, "room": found.room, "number": number, "reasons": CHOICES}
    return render(request, "rooms/profiles/private_report.html", context)


def _decide(request: HttpRequest, user: User, found: InPrivate) -> None:
    actor, number = enter_to_decide(room=found.room, user=user), found.about.message.number
    if "keep" in request.POST:
        dismiss_reports(room=found.room, actor=actor, number=number)
    else:
        reason = request.POST.get("reason", Reason.OTHER)
        remove_message(room=found.room, actor=actor, number=number, reason=reason)
