"""The desk of the site's moderators: where they are waited for, and the way in."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from rooms.eventlog.errors import Refused
from rooms.eventlog.models import Room
from rooms.people.membership import join_room
from rooms.people.models import User
from rooms.redress.private import appeals_in_private, reported_in_private
from rooms.redress.waiting import rooms_waiting
from rooms.views.answers import refused
from rooms.views.visitors import account

KINDS = (Room.Kind.DEBATE, Room.Kind.ACTION, Room.Kind.INITIATIVE)


@login_required
@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """List the rooms in which something waits for a moderator."""
    member(request)
    context = {
        "waiting": rooms_waiting(KINDS),
        "private": reported_in_private(),
        "private_appeals": appeals_in_private(),
    }
    return render(request, "rooms/team.html", context)


@login_required
@require_POST
def enter(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter a room as one of the site's moderators."""
    user = member(request)
    room = get_object_or_404(Room, slug=slug, kind__in=KINDS)
    try:
        join_room(room=room, name=user.name or user.email.partition("@")[0], user=user)
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:team"))
    return redirect(f"{reverse('rooms:room', args=[slug])}#desk")


def member(request: HttpRequest) -> User:
    """Return who asks, one of the site's moderators; 404 for all others."""
    user = account(request)
    if user is None or not user.is_team:
        raise Http404
    return user
