"""The log for browsers whose sockets are blocked: the same events, by polling."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rooms.eventlog.backlog import PAGE, backlog, present
from rooms.eventlog.rendering import render
from rooms.people.models import Participant
from rooms.people.roles import Action
from rooms.views.access import Visit, visit


@never_cache
@require_safe
def events(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the events after a sequence, as the socket pushes them, and who asks.

    A cursor of another history is answered with ``resync``.
    """
    found = visit(request, slug)
    after = request.GET.get("after", "")
    if not after.isascii() or not after.isdigit() or len(after) > 18:
        return HttpResponse(status=400)
    return HttpResponse(
        msgspec.json.encode(_answer(found, int(after), request.GET.get("epoch", ""))),
        content_type="application/json",
    )


def _answer(found: Visit, after: int, epoch: str) -> dict[str, Any]:
    room = found.room
    answer: dict[str, Any] = {"epoch": room.epoch, "head": room.head, "now": timezone.now()}
    if epoch != room.epoch or after > room.head:
        return {**answer, "resync": True}
    language = get_language() or room.language
    views = present(backlog(room.pk, after, PAGE))
    pushed = [
        {
            "seq": view.seq,
            "type": view.type,
            "parts": render(view, language=language, audience=found.audience.narrow(view)),
        }
        for view in views
    ]
    return {**answer, "events": pushed, "you": _you(found.me)}


def _you(me: Participant | None) -> dict[str, Any] | None:
    if me is None:
        return None
    can = [action for action in Action if me.may(action)]
    fields = {"id": me.pk, "name": me.name, "role": me.role, "can": can}
    return {**fields, "muted_until": me.muted_until, "banned": me.is_banned}
