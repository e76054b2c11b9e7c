"""How people are brought to a room: its link, its code, invitations."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from rooms.people.invites import make_invite
from rooms.people.roles import Action, Role
from rooms.views.access import Visit


def share_context(request: HttpRequest, found: Visit) -> dict[str, Any]:
    """Return a room's addresses; its code, and invitations, to those who may give them."""
    room = found.room
    context: dict[str, Any] = {
        "room_url": request.build_absolute_uri(reverse("rooms:room", args=[room.slug])),
        "code_url": request.build_absolute_uri(reverse("rooms:by_code", args=[room.code])),
    }
    if found.may(Action.SET_ROLE):
        token = make_invite(room=room, role=Role.MODERATOR, actor=found.me)
        path = reverse("rooms:by_invite", args=[room.slug, token])
        context["invite_url"] = request.build_absolute_uri(path)
    return context
