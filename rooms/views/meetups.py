"""Meetups: called, changed and cancelled by organisers; everybody answers whether they come."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.views import MeetupView
from rooms.organizing.meetup_models import Answer
from rooms.organizing.meetup_selectors import is_over, meetup_view
from rooms.organizing.meetups import answer_meetup, call_meetup, cancel_meetup, change_meetup
from rooms.organizing.seats import COMPANIONS
from rooms.people.roles import Action
from rooms.places.gazetteer import get_place
from rooms.views.access import Visit, visit_as
from rooms.views.answers import explain, status_of
from rooms.views.composer import number_in
from rooms.views.meetup_forms import MeetupForm
from rooms.views.tapped import at_card, desk_context, tapped, visit_action


@require_safe
def meetup(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a meetup, who comes, and what the visitor can answer."""
    found = visit_action(request, slug)
    view = _view(found, number)
    context = {
        **desk_context(found),
        "meetup": view,
        "mine": view.answer_of(found.me.pk if found.me else None),
        "is_over": is_over(view, timezone.now()),
        "place": get_place(view.place) if view.place else None,
        "companions": range(COMPANIONS + 1),
    }
    return render(request, "rooms/organizing/meetup.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_meetup(request: HttpRequest, slug: str) -> HttpResponse:
    """Call people to meet."""
    found = _organiser(request, slug)
    form = MeetupForm(request.POST if request.method == "POST" else None)

    def call() -> int:
        key = form.cleaned_data["client_id"]
        made = call_meetup(room=found.room, actor=found.actor(), client_id=key, plan=form.plan())
        return made.number

    return _save(request, found, form, call)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_meetup(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Change a meetup."""
    found = _organiser(request, slug)
    view = _view(found, number)
    form = MeetupForm(request.POST) if request.method == "POST" else MeetupForm.of(view)

    def change() -> int:
        change_meetup(
            room=found.room,
            actor=found.actor(),
            number=number,
            client_id=form.cleaned_data["client_id"],
            plan=form.plan(),
        )
        return number

    return _save(request, found, form, change, view)


@tapped(at_card("meetup"))
def rsvp(request: HttpRequest, found: Visit, number: int) -> None:
    """Say whether the visitor comes."""
    answer = request.POST.get("answer", "")
    if answer not in Answer.values:
        raise Refused(Code.BAD_SHAPE)
    answer_meetup(
        room=found.room,
        actor=found.actor(),
        number=number,
        answer=Answer(answer),
        client_id=request.POST.get("client_id", ""),
        companions=number_in(request.POST, "companions"),
    )


@tapped(at_card("meetup"))
def cancel(request: HttpRequest, found: Visit, number: int) -> None:
    cancel_meetup(room=found.room, actor=found.actor(), number=number)


def _organiser(request: HttpRequest, slug: str) -> Visit:
    found = visit_as(request, slug, Action.ORGANISE)
    if found.room.kind != Room.Kind.ACTION:
        raise Http404
    return found


def _view(found: Visit, number: int) -> MeetupView:
    view = meetup_view(found.room, number)
    if view is None:
        raise Http404
    return view


def _save(
    request: HttpRequest,
    found: Visit,
    form: MeetupForm,
    act: Callable[[], int],
    meetup: MeetupView | None = None,
) -> HttpResponse:
    """Do what the form says and lead to the meetup, or show the form."""
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("rooms:meetup", found.room.slug, act())
        except Refused as refusal:
            form.add_error(None, explain(refusal))
            status = status_of(refusal)
    context = {**desk_context(found), "form": form, "meetup": meetup}
    return render(request, "rooms/organizing/meetup_form.html", context, status=status)
