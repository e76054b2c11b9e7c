"""One message: what can be done with it, and doing it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rooms.eventlog.errors import Refused
from rooms.eventlog.models import Room
from rooms.initiatives.binding import desks_for
from rooms.initiatives.selectors import made_from
from rooms.messages.checks import is_own
from rooms.messages.decisions import (
    approve_message,
    claim_message,
    reject_message,
    remove_message,
    restore_message,
    withhold_message,
)
from rooms.messages.editing import can_edit, edit_message
from rooms.messages.models import Message, Reaction
from rooms.messages.reactions import REACTIONS, react
from rooms.messages.selectors import UNPUBLISHED, history, message_views
from rooms.messages.waves import wave_of
from rooms.moderation.reasons import Reason
from rooms.moderation.screening import MAX_LENGTH
from rooms.organizing.promotion import promoted_from
from rooms.organizing.selectors import tasks_from
from rooms.people.roles import Action
from rooms.views.access import Visit, visit
from rooms.views.answers import Undo, answer, explain, is_htmx, refused, status_of
from rooms.views.bulk import decide_all
from rooms.views.composer import number_in
from rooms.views.participants import sanctions_context
from rooms.views.visitors import account, known_guest

Act = Callable[[HttpRequest, Visit, int], object]


@require_safe
def message_sheet(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show what the visitor can do with a message: a sheet for htmx, else a page."""
    return _show(request, visit(request, slug), number)


def _action(act: Act) -> Callable[[HttpRequest, str, int], HttpResponse]:
    """Make a view of something done to a message; a refusal is told where it was asked.

    ``act`` returns what undoes it, if that is to be offered.
    """

    @require_POST
    @wraps(act)
    def view(request: HttpRequest, slug: str, number: int) -> HttpResponse:
        found = visit(request, slug)
        try:
            undo = act(request, found, number)
        except Refused as refusal:
            return _show(request, found, number, refusal)
        page = f"{reverse('rooms:room', args=[slug])}#m-{number}"
        return answer(request, slug, page, undo)

    return view


@_action
def react_to(request: HttpRequest, found: Visit, number: int) -> None:
    """Put an emoji on a message; the same again takes it back."""
    actor = found.actor()
    emoji = request.POST.get("emoji", "")
    mine = Reaction.objects.filter(
        room=found.room, number=number, participant=actor, emoji=emoji[:8]
    )
    react(room=found.room, actor=actor, number=number, emoji=emoji, on=not mine.exists())


@_action
def edit(request: HttpRequest, found: Visit, number: int) -> None:
    text = request.POST.get("text", "")
    edit_message(room=found.room, actor=found.actor(), number=number, text=text)


@_action
def remove(request: HttpRequest, found: Visit, number: int) -> Undo | None:
    actor = found.actor()
    remove_message(room=found.room, actor=actor, number=number, reason=_reason(request))
    message = Message.objects.select_related("author").get(room=found.room, number=number)
    if is_own(message, actor.pk):
        return None
    if message.status == Message.Status.REJECTED:
        return _undo(found, number, _("Message rejected."), "withhold")
    return _undo(found, number, _("Message removed."), "restore")


@_action
def approve(_request: HttpRequest, found: Visit, number: int) -> Undo:
    approve_message(room=found.room, actor=found.actor(), number=number)
    return _undo(found, number, _("Message published."), "withhold")


@_action
def reject(request: HttpRequest, found: Visit, number: int) -> Undo:
    reject_message(room=found.room, actor=found.actor(), number=number, reason=_reason(request))
    return _undo(found, number, _("Message rejected."), "withhold")


@_action
def withhold(request: HttpRequest, found: Visit, number: int) -> None:
    undoes = number_in(request.POST, "undoes")
    withhold_message(room=found.room, actor=found.actor(), number=number, undoes=undoes)


@_action
def restore(request: HttpRequest, found: Visit, number: int) -> None:
    undoes = number_in(request.POST, "undoes")
    restore_message(room=found.room, actor=found.actor(), number=number, undoes=undoes)


@_action
def claim(_request: HttpRequest, found: Visit, number: int) -> None:
    claim_message(room=found.room, actor=found.actor(), number=number)


@_action
def decide_wave(request: HttpRequest, found: Visit, number: int) -> Undo:
    """Decide about all messages that say nearly the same as this one."""
    return decide_all(request, found, wave_of(found.room, number))


def _undo(found: Visit, number: int, said: str, back: str) -> Undo:
    rows = Message.objects.filter(room=found.room, number=number)
    undoes = {"undoes": str(rows.values_list("decided_seq", flat=True)[0])}
    return Undo(said, reverse(f"rooms:{back}", args=[found.room.slug, number]), undoes)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", Reason.OTHER)


def _show(
    request: HttpRequest, found: Visit, number: int, refusal: Refused | None = None
) -> HttpResponse:
    status = status_of(refusal) if refusal else 200
    if refusal and is_htmx(request):
        return HttpResponse(explain(refusal), content_type="text/plain", status=status)
    who: dict[str, Any] = {"user": account(request), "guest_key": known_guest(request)}
    try:
        shown = _context(found, number)
    except Http404:
        if refusal is None:
            raise
        return refused(request, refusal, reverse("rooms:room", args=[found.room.slug]))
    context = {**shown, "desks": desks_for(found.room, **who)}
    if refusal:
        context.update(error=explain(refusal), text=request.POST.get("text"))
    name = "rooms/pieces/message_sheet.html" if is_htmx(request) else "rooms/message.html"
    return render(request, name, context, status=status)


def _context(found: Visit, number: int) -> dict[str, Any]:
    message = Message.objects.filter(room=found.room, number=number).first()
    mine = message is not None and message.author_id == (found.me.pk if found.me else None)
    if message is None or not (message.status not in UNPUBLISHED or mine or found.is_moderator):
        raise Http404
    visible = message.status == Message.Status.VISIBLE
    decides = found.may(Action.DECIDE_HOLD)
    return {
        "room": found.room,
        "me": found.me,
        "message": message_views(found.room.pk, [number])[number],
        "can_reply": visible and found.may(Action.POST),
        "can_edit": visible and mine and found.may(Action.EDIT_OWN) and can_edit(message),
        "can_remove": (visible or (mine and message.status == Message.Status.HELD))
        and found.may(Action.REMOVE_OWN if mine else Action.REMOVE_ANY),
        "can_decide": decides and message.status == Message.Status.HELD,
        "can_withhold": decides and message.status == Message.Status.REJECTED,
        "can_restore": decides and _can_restore(message),
        "is_mine": mine,
        "made": made_from(found.room, number),
        "tasks": tasks_from(found.room, number),
        "elsewhere": promoted_from(found.room, number),
        "can_organise": found.room.kind == Room.Kind.ACTION and found.may(Action.ORGANISE),
        "limit": MAX_LENGTH,
        "reactions": _reactions(found, number) if visible and found.may(Action.REACT) else [],
        "history": history(found.room, number) if found.is_moderator else [],
        "wave": _wave(found, number) if found.is_moderator else {},
        **sanctions_context(found, message.author),
    }


def _wave(found: Visit, number: int) -> dict[str, int]:
    numbers = wave_of(found.room, number)
    alike = Message.objects.filter(room=found.room, number__in=numbers)
    return {
        "total": len(numbers),
        "waiting": alike.filter(status=Message.Status.HELD).count(),
    }


def _can_restore(message: Message) -> bool:
    removed = message.status == Message.Status.REMOVED
    return removed and message.decided_by_id != message.author_id


def _reactions(found: Visit, number: int) -> list[tuple[str, bool]]:
    mine = Reaction.objects.filter(room=found.room, number=number, participant=found.me)
    pressed = set(mine.values_list("emoji", flat=True))
    return [(emoji, emoji in pressed) for emoji in REACTIONS]
