"""Sending a message by a form: without JavaScript, or when sockets are blocked."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from rooms.eventlog.errors import Code, Refused
from rooms.messages.posting import Receipt, post_message
from rooms.views.access import Visit, visit
from rooms.views.answers import ack, explain, nack, status_of, wants_json
from rooms.views.composer import Composer, new_client_id, number_in, quoted
from rooms.views.room import show_room


@require_POST
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """Post a message; what is not taken comes back in the form, with the reason."""
    found = visit(request, slug)
    try:
        receipt = _send(request, found)
    except Refused as refusal:
        return nack(refusal) if wants_json(request) else _give_back(request, found, refusal)
    except DatabaseError:
        if not wants_json(request):
            raise
        return nack(Refused(Code.RETRY_LATER, retry_after=2))
    if wants_json(request):
        return ack(receipt)
    place = f"own-{receipt.number}" if receipt.status == "held" else f"m-{receipt.number}"
    return redirect(f"{reverse('rooms:room', args=[slug])}#{place}")


def _send(request: HttpRequest, found: Visit) -> Receipt:
    return post_message(
        room=found.room,
        author=found.actor(),
        client_id=request.POST.get("client_id", ""),
        text=request.POST.get("text", ""),
        side=request.POST.get("side", ""),
        reply_to=number_in(request.POST, "reply_to"),
    )


def _give_back(request: HttpRequest, found: Visit, refusal: Refused) -> HttpResponse:
    client_id = request.POST.get("client_id", "")
    if refusal.code in (Code.CONFLICT, Code.BAD_SHAPE):
        client_id = new_client_id()
    composer = Composer(
        text=request.POST.get("text", ""),
        side=request.POST.get("side", ""),
        reply_to=quoted(found.room, request.POST.get("reply_to")),
        client_id=client_id,
        error=explain(refusal),
    )
    return show_room(request, found, composer, status=status_of(refusal))
