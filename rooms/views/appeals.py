"""Appeals: the person's side by the secret link, the moderators' in the room."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rooms.eventlog.errors import Refused
from rooms.eventlog.models import Room
from rooms.messages.selectors import history
from rooms.people.roles import Action
from rooms.profiles.direct import enter_to_decide
from rooms.redress.appeals import (
    MAX_TEXT,
    answer_appeal,
    appeal_about,
    decide_appeal,
    decision_due,
    dialogue,
    may_decide,
    open_appeal,
)
from rooms.redress.models import Appeal, Statement
from rooms.redress.statements import is_about, standing
from rooms.redress.words import explain_statement
from rooms.views.access import Visit, visit_as
from rooms.views.answers import explain, status_of
from rooms.views.statements import find_statement, show_statement
from rooms.views.visitors import account


@require_POST
def contest(request: HttpRequest, token: str) -> HttpResponse:
    """Open an appeal, or go on with one. The secret link is enough: it was given to one person."""
    statement = find_statement(token)
    say = answer_appeal if appeal_about(statement) else open_appeal
    try:
        say(statement=statement, actor=statement.participant, text=request.POST.get("text", ""))
    except Refused as refusal:
        return show_statement(request, statement, refusal)
    return redirect("rooms:statement", token)


@require_safe
def appeals(request: HttpRequest, slug: str) -> HttpResponse:
    """List the appeals to decide on, for htmx to refresh the desk."""
    found = visit_as(request, slug, Action.DECIDE_HOLD)
    context = {"room": found.room, "me": found.me}
    return render(request, "rooms/redress/appeals_list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, slug: str, decision: int) -> HttpResponse:
    """Show an appeal to a moderator; take what they answer or decide."""
    found = _visit_to_decide(request, slug, decision)
    rows = Statement.objects.filter(room=found.room, seq=decision)
    statement = rows.select_related("room", "participant", "decided_by").first()
    if statement is None or appeal_about(statement) is None:
        raise Http404
    if request.method != "POST":
        return _show(request, found, statement)
    try:
        _act(request, found, statement)
    except Refused as refusal:
        return _show(request, found, statement, refusal)
    return redirect("rooms:appeal", slug, decision)


def _visit_to_decide(request: HttpRequest, slug: str, decision: int) -> Visit:
    """Return who asks for an appeal; in a private conversation, that is all they see of it."""
    appealed = Appeal.objects.filter(room__slug=slug, room__kind=Room.Kind.DIRECT)
    about = appealed.filter(decision=decision).select_related("room").first()
    user = account(request)
    if about is None or user is None:
        return visit_as(request, slug, Action.DECIDE_HOLD)
    try:
        return Visit(about.room, enter_to_decide(room=about.room, user=user))
    except Refused:
        raise Http404 from None


def _act(request: HttpRequest, found: Visit, statement: Statement) -> None:
    """Take a moderator's answer, or their decision where the form's button names an outcome."""
    text, outcome = request.POST.get("text", ""), request.POST.get("outcome", "")
    if outcome:
        decide_appeal(statement=statement, actor=found.actor(), outcome=outcome, text=text)
    else:
        answer_appeal(statement=statement, actor=found.actor(), text=text)


def _show(
    request: HttpRequest, found: Visit, statement: Statement, refusal: Refused | None = None
) -> HttpResponse:
    about = appeal_about(statement)
    assert about is not None and found.me is not None
    due = decision_due(about)
    number = statement.number
    texts = history(found.room, number) if number is not None else []
    context: dict[str, Any] = {
        "room": found.room,
        "me": found.me,
        "statement": statement,
        "words": explain_statement(statement),
        "appeal": about,
        "due": due,
        "is_overdue": due < timezone.now(),
        "dialogue": dialogue(statement),
        "message_text": texts[-1] if texts else "",
        "is_kept": bool(texts) or number is None,
        "stands": standing(statement, timezone.now()),
        "may_decide": may_decide(statement, found.me),
        "is_own": is_about(statement, found.me),
        "is_same": statement.decided_by_id == found.me.pk,
        "outcomes": Appeal.Outcome.choices,
        "max_text": MAX_TEXT,
        "text": request.POST.get("text", "") if refusal else "",
        "error": explain(refusal) if refusal else "",
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "rooms/redress/appeal.html", context, status=status)
