"""Making a new room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from rooms.eventlog.errors import Refused
from rooms.lifecycle.schedule import create_room
from rooms.views.answers import explain
from rooms.views.forms import RoomForm
from rooms.views.visitors import identity, known_name


@require_http_methods(["GET", "HEAD", "POST"])
def new_room(request: HttpRequest) -> HttpResponse:
    """Ask what the room is about, and make it; who makes it is its organiser."""
    if request.method != "POST":
        initial = {"language": get_language(), "owner_name": known_name(request)}
        return render(request, "rooms/new.html", {"form": RoomForm(initial=initial)})
    form = RoomForm(request.POST)
    if form.is_valid():
        try:
            fields = form.cleaned_data
            room = create_room(**fields, **identity(request, fields["owner_name"]))
        except Refused as refusal:
            form.add_error(None, explain(refusal))
        else:
            return redirect(f"{reverse('rooms:room', args=[room.slug])}#about")
    return render(request, "rooms/new.html", {"form": form}, status=422)
