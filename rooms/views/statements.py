"""What was decided about somebody: one statement by its secret link, and their list in a room."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rooms.eventlog.errors import Refused
from rooms.messages.models import Message
from rooms.messages.selectors import history
from rooms.people.identity import current_participant
from rooms.redress.appeals import (
    MAX_TEXT,
    appeal_about,
    decided_alone,
    decision_due,
    dialogue,
)
from rooms.redress.models import Statement
from rooms.redress.reports import reports_of
from rooms.redress.statements import appeal_ends, is_about, standing, statements_of
from rooms.redress.words import TITLES, explain_statement
from rooms.views.access import visit_as_party
from rooms.views.answers import explain, status_of
from rooms.views.composer import number_in


@never_cache
@require_safe
def statement(request: HttpRequest, token: str) -> HttpResponse:
    """Show a statement of reasons to whoever has its link."""
    return show_statement(request, find_statement(token))


@never_cache
@require_safe
def decisions(request: HttpRequest, slug: str) -> HttpResponse:
    """List what was decided in a room about the visitor, and what became of their reports.

    ``?message=`` leads to the last decision about that message.
    """
    found = visit_as_party(request, slug)
    about = list(statements_of(found.me)) if found.me else []
    asked = number_in(request.GET, "message")
    only = [one for one in about if asked is not None and one.number == asked]
    if only:
        return redirect("rooms:statement", only[0].token)
    now = timezone.now()
    context = {
        "room": found.room,
        "me": found.me,
        "statements": [(one, TITLES[one.kind], standing(one, now)) for one in about],
        "reports": reports_of(found.me) if found.me else [],
    }
    return render(request, "rooms/redress/decisions.html", context)


def find_statement(token: str) -> Statement:
    """Return the statement of a secret link."""
    rows = Statement.objects.select_related("room", "participant", "decided_by")
    found = rows.filter(token=token).first()
    if found is None:
        raise Http404
    return found


def show_statement(
    request: HttpRequest, about: Statement, refusal: Refused | None = None
) -> HttpResponse:
    """Render a statement with its appeal; a refusal stands where the form is."""
    now = timezone.now()
    appeal = appeal_about(about)
    due = decision_due(appeal) if appeal else None
    context: dict[str, Any] = {
        "statement": about,
        "room": about.room,
        "words": explain_statement(about),
        "is_over": about.lifted_seq is None and not standing(about, now),
        "appeal": appeal,
        "is_same": appeal is not None and decided_alone(appeal, about),
        "due": due,
        "is_late": due is not None and due < now,
        "days": settings.APPEAL_DECISION_DAYS,
        "dialogue": dialogue(about),
        "may_contest": appeal is None and about.lifted_seq is None and now <= appeal_ends(about),
        "max_text": MAX_TEXT,
        "text": request.POST.get("text", "") if refusal else "",
        "error": explain(refusal) if refusal else "",
        **_message(request, about),
    }
    status = status_of(refusal) if refusal else 200
    answer = render(request, "rooms/redress/statement.html", context, status=status)
    # Whoever has the link reads the page: no search engine may.
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _message(request: HttpRequest, about: Statement) -> dict[str, Any]:
    """Return the message a statement is about. Its author alone reads a text that was taken away:
    a link can be passed on, and must not be a way to publish it."""
    if about.number is None:
        return {}
    is_author = is_about(about, current_participant(request, about.room))
    texts = history(about.room, about.number)
    message = Message.objects.get(room=about.room, number=about.number)
    return {
        "message": message,
        "is_author": is_author,
        "is_kept": bool(texts),
        "message_text": texts[-1] if texts and is_author else "",
    }
