"""Private conversations: the list, beginning one, and how far one has read."""

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from rooms.eventlog.errors import Refused
from rooms.eventlog.models import Room
from rooms.profiles.direct import begin_conversation, conversations_of, mark_read
from rooms.profiles.models import Tie
from rooms.views.access import visit
from rooms.views.answers import refused
from rooms.views.visitors import signed_in


@never_cache
@login_required
@require_safe
def conversations(request: HttpRequest) -> HttpResponse:
    """List the account's private conversations."""
    context = {"conversations": conversations_of(signed_in(request))}
    return render(request, "rooms/profiles/conversations.html", context)


@login_required
@require_POST
def write_to(request: HttpRequest, tie: int) -> HttpResponse:
    """Open the conversation with a contact."""
    user = signed_in(request)
    mine = Tie.objects.filter(Q(asker=user) | Q(asked=user)).select_related("asker", "asked")
    found = get_object_or_404(mine, pk=tie)
    other = found.asked if found.asker_id == user.pk else found.asker
    try:
        room = begin_conversation(user=user, other=other)
    except Refused as refusal:
        return refused(request, refusal, reverse("rooms:contacts"))
    return redirect("rooms:room", room.slug)


@login_required
@require_POST
def read(request: HttpRequest, slug: str) -> HttpResponse:
    """Count a conversation as read, up to what arrived while it was on screen."""
    room, head = visit(request, slug).room, request.POST.get("head", "")
    if room.kind != Room.Kind.DIRECT or not (head.isascii() and head.isdigit() and len(head) < 18):
        raise Http404
    mark_read(user=signed_in(request), room=room, head=int(head))
    return HttpResponse(status=204)
