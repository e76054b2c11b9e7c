"""The action desk: the board of tasks, one task, and every step of those who take it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.views import CrewView, MessageView, TaskView
from rooms.messages.selectors import message_views
from rooms.organizing.announcements import pinned_for
from rooms.organizing.models import State
from rooms.organizing.selectors import missing, shifts_of, task_view
from rooms.organizing.tasks import cancel_task, create_task, hand_over, take_step
from rooms.people.roles import Action
from rooms.people.selectors import people_of
from rooms.views.access import Visit, visit, visit_as
from rooms.views.answers import explain, nack, refused, status_of, wants_json
from rooms.views.composer import new_client_id, number_in, quoted
from rooms.views.organizing_forms import TaskForm
from rooms.views.strings import page_strings

SCRIPTS = ["js/live.js", "js/page.js", "js/act.js", "js/board.js"]
SHOWN = 300
"""People offered to be asked; of a larger room, those with a role and the first by name."""

Act = Callable[[HttpRequest, Visit, int], object]


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all tasks of an action room. The head is read before the tasks."""
    found = _visit(request, slug)
    context = {
        **_context(found),
        "announcements": pinned_for(found.room, found.me),
        "missing": _missing(found),
        "head": found.room.head,
        "scripts": SCRIPTS,
        "strings": page_strings(),
        "client_id": new_client_id(),
    }
    return render(request, "rooms/organizing/board.html", context)


@require_safe
def task(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show one task, with what the visitor can do about it and about those who take it."""
    found = _visit(request, slug)
    view = task_view(found.room, number)
    if view is None:
        raise Http404
    context = {
        **_context(found),
        "task": view,
        "mine": view.state_of(found.me.pk if found.me else None),
        "whole": task_view(found.room, view.of) if view.of else None,
        "shifts": shifts_of(found.room, number),
        "missing": _missing_from(found, number),
        "people": people_of(found.room)[:SHOWN],
        "source": _source(found, view.source),
        "client_id": new_client_id(),
    }
    return render(request, "rooms/organizing/task.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_task(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a task; ``?message=`` makes it from what somebody said."""
    found = visit_as(request, slug, Action.ORGANISE)
    if found.room.kind != Room.Kind.ACTION:
        raise Http404
    source = quoted(found.room, request.GET.get("message") or request.POST.get("message"))
    initial = {"message": source.number, "note": source.text} if source else {}
    form = TaskForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            made = create_task(room=found.room, actor=found.actor(), **form.given())
        except Refused as refusal:
            form.add_error(None, explain(refusal))
            status = status_of(refusal)
        else:
            return redirect(f"{reverse('rooms:board', args=[slug])}#task-{made.number}")
    context = {**_context(found), "form": form, "source": source}
    return render(request, "rooms/organizing/new.html", context, status=status)


def _action(act: Act) -> Callable[[HttpRequest, str, int], HttpResponse]:
    """Make a view of something done about a task, which answers scripts as JSON."""

    @require_POST
    @wraps(act)
    def view(request: HttpRequest, slug: str, number: int) -> HttpResponse:
        found = _visit(request, slug)
        page = reverse("rooms:task", args=[slug, number])
        try:
            act(request, found, number)
        except Refused as refusal:
            if wants_json(request):
                return nack(refusal)
            if refusal.code is Code.OVERLAPS:
                return _warn(request, found, refusal, page)
            return refused(request, refusal, page)
        except DatabaseError:
            if not wants_json(request):
                raise
            return nack(Refused(Code.RETRY_LATER, retry_after=2))
        if wants_json(request):
            return JsonResponse({"type": "ack"})
        board = f"{reverse('rooms:board', args=[slug])}#task-{number}"
        return redirect(page if "participant" in request.POST else board)

    return view


def _warn(request: HttpRequest, found: Visit, refusal: Refused, back: str) -> HttpResponse:
    """Say what is at the same time, and let them take both all the same."""
    context = {
        "room": found.room,
        "message": explain(refusal),
        "back": back,
        "sent": {name: request.POST.get(name, "") for name in ("state", "participant")},
        "client_id": new_client_id(),
    }
    status = status_of(refusal)
    return render(request, "rooms/organizing/overlap.html", context, status=status)


@_action
def step(request: HttpRequest, found: Visit, number: int) -> None:
    """Bring the visitor, or whom they organise, a step further."""
    state = request.POST.get("state", "")
    if state not in State.values:
        raise Refused(Code.BAD_SHAPE)
    take_step(
        room=found.room,
        actor=found.actor(),
        number=number,
        state=State(state),
        client_id=request.POST.get("client_id", ""),
        participant_id=number_in(request.POST, "participant"),
        despite=bool(request.POST.get("despite")),
    )


@_action
def give(request: HttpRequest, found: Visit, number: int) -> None:
    """Hand a place over to another person."""
    giver, to = number_in(request.POST, "participant"), number_in(request.POST, "to")
    actor = found.actor()
    if to is None:
        raise Refused(Code.BAD_SHAPE)
    hand_over(
        room=found.room,
        actor=actor,
        number=number,
        participant_id=giver or actor.pk,
        to=to,
        client_id=request.POST.get("client_id", ""),
    )


@_action
def cancel(request: HttpRequest, found: Visit, number: int) -> None:
    cancel_task(room=found.room, actor=found.actor(), number=number)


def _visit(request: HttpRequest, slug: str) -> Visit:
    found = visit(request, slug)
    if found.room.kind != Room.Kind.ACTION:
        raise Http404
    return found


def _missing(found: Visit) -> list[tuple[TaskView, list[CrewView]]]:
    """Return who is asked after; only organisers are asked."""
    return missing(found.room, timezone.now()) if found.may(Action.ORGANISE) else []


def _missing_from(found: Visit, number: int) -> list[int]:
    """Return who is asked after at one task."""
    late = [crew for task, crew in _missing(found) if task.number == number]
    return [one.person.id for crew in late for one in crew]


def _source(found: Visit, number: int | None) -> MessageView | None:
    return message_views(found.room.pk, [number]).get(number) if number else None


def _context(found: Visit) -> dict[str, Any]:
    return {"room": found.room, "me": found.me, "organises": found.may(Action.ORGANISE)}
