"""The first page: what is live, what is coming, what was."""

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from rooms.eventlog.models import Room
from rooms.initiatives.selectors import Wanted, count_creators, find_initiatives
from rooms.lifecycle.selectors import coming_rooms, ended_rooms, live_rooms
from rooms.messages.models import Message
from rooms.people.selectors import rooms_of
from rooms.views.visitors import account, known_guest

LISTED = 12
FIRST = 5
"""Initiatives that the first page shows."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    mine = rooms_of(user=account(request), guest_key=known_guest(request))
    context = {
        "live": _counted(live_rooms()),
        "coming": coming_rooms()[:LISTED],
        "ended": _counted(ended_rooms()),
        "mine": mine[:LISTED],
        "initiatives": find_initiatives(Wanted(), limit=FIRST),
        "creators": count_creators(),
    }
    return render(request, "rooms/home.html", context)


def _counted(rooms: QuerySet[Room]) -> list[Room]:
    """Return the first rooms of a list, each with the number of messages to read in it.

    Those in the language of the page come first.
    """
    visible = Q(messages__status=Message.Status.VISIBLE)
    first = rooms.annotate(message_count=Count("messages", filter=visible))[:LISTED]
    return sorted(first, key=lambda room: room.language != get_language())
