"""The action desk: the board of tasks, one task, and every step of those who take it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.views import CrewView, TaskView
from rooms.messages.selectors import message_views
from rooms.organizing.announcements import pinned_for
from rooms.organizing.meetup_selectors import meetups_ahead
from rooms.organizing.models import AWAY, State, Task
from rooms.organizing.selectors import missing, shifts_of, task_view
from rooms.organizing.tasks import cancel_task, clash_of, create_task, hand_over, take_step
from rooms.people.roles import Action
from rooms.people.selectors import people_of
from rooms.views.access import Visit, visit, visit_as
from rooms.views.answers import explain, status_of
from rooms.views.composer import number_in, quoted
from rooms.views.organizing_forms import TaskForm
from rooms.views.tapped import SCRIPTS, at_card, desk_context, tapped, visit_action

SHOWN = 300
"""People offered to be asked; of a larger room, those with a role and the first by name."""


@require_safe
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all tasks of an action room. The head is read before the tasks."""
    found = visit_action(request, slug)
    context = {
        **desk_context(found),
        "announcements": pinned_for(found.room, found.me),
        "missing": _missing(found),
        "meetups": meetups_ahead(found.room.pk, timezone.now()),
        "scripts": [*SCRIPTS, "js/board.js"],
    }
    return render(request, "rooms/organizing/board.html", context)


@require_safe
def task(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show one task, with what the visitor can do about it and about those who take it."""
    found = visit_action(request, slug)
    view = task_view(found.room, number)
    if view is None:
        raise Http404
    context = {
        **desk_context(found),
        "task": view,
        "mine": view.state_of(found.me.pk if found.me else None),
        "clash": clash_of(found.room, number, found.me) if found.me else "",
        "whole": task_view(found.room, view.of) if view.of else None,
        "shifts": shifts_of(found.room, number),
        "missing": _missing_from(found, number),
        "people": people_of(found.room).exclude(pk__in=_busy(view))[:SHOWN],
        **_source(found, view),
    }
    return render(request, "rooms/organizing/task.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_task(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a task; ``?message=`` makes it from what somebody said, here or in room ``?from=``."""
    found = visit_as(request, slug, Action.ORGANISE)
    if found.room.kind != Room.Kind.ACTION:
        raise Http404
    said_in = _said_in(request, found)
    source = quoted(said_in, request.GET.get("message") or request.POST.get("message"))
    initial = {"note": source.text, "message": source.number} if source else {}
    initial["source"] = said_in.slug if said_in != found.room else ""
    form = TaskForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            given = {**form.given(), "from_room": said_in}
            made = create_task(room=found.room, actor=found.actor(), **given)
        except Refused as refusal:
            form.add_error(None, explain(refusal))
            status = status_of(refusal)
        else:
            return redirect(f"{reverse('rooms:board', args=[slug])}#task-{made.number}")
    context = {**desk_context(found), "form": form, "source": source, "said_in": said_in}
    return render(request, "rooms/organizing/new.html", context, status=status)


@tapped(at_card("task"))
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


@tapped(at_card("task"))
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


@tapped(at_card("task"))
def cancel(request: HttpRequest, found: Visit, number: int) -> None:
    cancel_task(room=found.room, actor=found.actor(), number=number)


def _missing(found: Visit) -> list[tuple[TaskView, list[CrewView]]]:
    """Return who is asked after; only organisers are asked."""
    return missing(found.room, timezone.now()) if found.may(Action.ORGANISE) else []


def _missing_from(found: Visit, number: int) -> list[int]:
    """Return who is asked after at one task."""
    late = [crew for task, crew in _missing(found) if task.number == number]
    return [one.person.id for crew in late for one in crew]


def _busy(task: TaskView) -> list[int]:
    """Return who takes part already: nobody else is asked or handed a place."""
    return [one.person.id for one in task.people if one.state not in AWAY]


def _said_in(request: HttpRequest, found: Visit) -> Room:
    """Return the room, which the visitor may read, of the message that a task is made from."""
    slug = request.GET.get("from") or request.POST.get("source") or found.room.slug
    return found.room if slug == found.room.slug else visit(request, slug).room


def _source(found: Visit, view: TaskView) -> dict[str, Any]:
    """Return the message that a task was made from, and its room, while it can be read."""
    if view.source is None:
        return {}
    made = Task.objects.select_related("source_room").get(room=found.room, number=view.number)
    said_in = made.source_room or found.room
    return {
        "source": message_views(said_in.pk, [view.source]).get(view.source),
        "said_in": said_in,
    }
