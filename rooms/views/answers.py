"""What a browser is told after it has sent a form: as JSON, to htmx, or as a page."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.encoding import force_str

from rooms.eventlog.errors import Code, Refused
from rooms.messages.posting import Receipt
from rooms.moderation.screening import REASONS

STATUS = {
    Code.FORBIDDEN: 403,
    Code.MUTED: 403,
    Code.BANNED: 403,
    Code.PAUSED: 409,
    Code.LOCKED: 409,
    Code.NOT_FOUND: 404,
    Code.CONFLICT: 409,
    Code.STALE: 409,
    Code.CLOSED: 409,
    Code.NOT_OPEN: 409,
    Code.TOO_LATE: 409,
    Code.POLICY_MOVED: 409,
    Code.OVERLAPS: 409,
    Code.SLOW_DOWN: 429,
    Code.RETRY_LATER: 503,
}


def status_of(refusal: Refused) -> int:
    """Return the HTTP status that says the same as a refusal's code."""
    return STATUS.get(refusal.code, 422)


def is_htmx(request: HttpRequest) -> bool:
    """Tell whether htmx asks: it wants a fragment, not a page."""
    return request.headers.get("HX-Request") == "true"


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def ack(receipt: Receipt) -> JsonResponse:
    """Answer as the socket's ``ack`` does."""
    fields: dict[str, Any] = {
        "type": "ack",
        "seq": receipt.seq,
        "number": receipt.number,
        "status": receipt.status,
    }
    if receipt.rule:
        fields.update(rule=receipt.rule, reason=force_str(REASONS.get(receipt.rule, "")))
    return JsonResponse(fields)


def nack(refusal: Refused) -> JsonResponse:
    """Answer as the socket's ``nack`` does."""
    fields = {
        "type": "nack",
        "code": refusal.code,
        "message": force_str(refusal.message),
        "retry_after": refusal.retry_after,
    }
    return JsonResponse(fields, status=status_of(refusal))


def refused(request: HttpRequest, refusal: Refused, back: str) -> HttpResponse:
    """Tell why something was not done: a line for htmx, else a page with a way back."""
    status = status_of(refusal)
    if is_htmx(request):
        return HttpResponse(
            explain(refusal), content_type="text/plain; charset=utf-8", status=status
        )
    context = {"message": explain(refusal), "back": back}
    return render(request, "rooms/refused.html", context, status=status)


@dataclass(frozen=True)
class Undo:
    """What takes a decision back: where to post what, and what is said about the decision."""

    said: str
    url: str
    values: Mapping[str, str] = field(default_factory=dict)


def done(undo: Undo | None = None) -> HttpResponse:
    """Tell htmx that something was done, and how the page may offer to undo it."""
    events: dict[str, Any] = {"done": {}}
    if undo is not None:
        events["undoable"] = {"said": undo.said, "url": undo.url, "values": dict(undo.values)}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(events)})


def answer(request: HttpRequest, slug: str, page: str, undo: object = None) -> HttpResponse:
    """Answer that something is done: to htmx with what undoes it, else by leading to a page.

    Who came from the moderator's desk is led back to it.
    """
    if is_htmx(request):
        return done(undo if isinstance(undo, Undo) else None)
    return redirect("rooms:desk", slug) if "desk" in request.POST else redirect(page)


def explain(refusal: Refused) -> str:
    """Return a refusal in words; of a decision that came second, with who came first."""
    by = refusal.detail.get("decided_by")
    return f"{refusal.message} ({by})" if by else force_str(refusal.message)
