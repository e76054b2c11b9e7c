"""Dividing a task into shifts, and changing both."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rooms.eventlog.errors import Refused
from rooms.organizing.selectors import shifts_of, task_view
from rooms.organizing.tasks import TaskWords, add_shift, change_task
from rooms.people.roles import Action
from rooms.views.access import visit_as
from rooms.views.answers import explain, status_of
from rooms.views.organizing_forms import ShiftForm, TaskForm

WORDS = ("title", "place", "role", "note")
PLAIN = ("client_id", "starts_at", "ends_at", "capacity")


@require_http_methods(["GET", "HEAD", "POST"])
def new_shift(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Add a shift to a task: at first as long as the last one, and right after it."""
    found = visit_as(request, slug, Action.ORGANISE)
    task = task_view(found.room, number)
    if task is None or task.of is not None:
        raise Http404
    shifts, status = shifts_of(found.room, number), 200
    form = ShiftForm(request.POST) if request.method == "POST" else ShiftForm.after(task, shifts)
    if request.method == "POST" and form.is_valid():
        try:
            add_shift(room=found.room, actor=found.actor(), number=number, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, explain(refusal))
            status = status_of(refusal)
        else:
            return redirect("rooms:task", slug, number)
    context = {"room": found.room, "task": task, "shifts": shifts, "form": form}
    return render(request, "rooms/organizing/shift.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_task(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Change a task or a shift."""
    found = visit_as(request, slug, Action.ORGANISE)
    task = task_view(found.room, number)
    if task is None:
        raise Http404
    kind = ShiftForm if task.of else TaskForm
    whole = task_view(found.room, task.of) if task.of else None
    form = kind(request.POST) if request.method == "POST" else kind.of(task, whole)
    status = 200
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data.get(name, "") for name in WORDS}
        plain = {name: form.cleaned_data[name] for name in PLAIN}
        # What a shift does not ask for stays as its task says it.
        words = TaskWords(**given)
        try:
            change_task(room=found.room, actor=found.actor(), number=number, words=words, **plain)
        except Refused as refusal:
            form.add_error(None, explain(refusal))
            status = status_of(refusal)
        else:
            return redirect("rooms:task", slug, number)
    context = {"room": found.room, "task": task, "form": form}
    return render(request, "rooms/organizing/edit_task.html", context, status=status)
