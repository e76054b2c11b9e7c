"""How people are brought to a room: its link, its code, a QR code, invitations."""

import io
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from rooms.eventlog.models import Room
from rooms.people.invites import make_invite
from rooms.people.roles import Action, Role
from rooms.views.access import Visit, visit


@require_safe
def qr_code(request: HttpRequest, slug: str) -> HttpResponse:
    """Return a picture that a phone reads as the way into the room."""
    room = visit(request, slug).room
    picture = io.BytesIO()
    segno.make(_entrance(request, room), error="m").save(
        picture, kind="svg", scale=4, border=3, dark="#191a1c", light="#ffffff", omitsize=True
    )
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


def share_context(request: HttpRequest, found: Visit) -> dict[str, Any]:
    """Return a room's addresses; invitations to those who may give them."""
    room = found.room
    context: dict[str, Any] = {"entrance": _entrance(request, room)}
    if found.may(Action.SET_ROLE):
        token = make_invite(room=room, role=Role.MODERATOR, actor=found.me)
        path = reverse("rooms:by_invite", args=[room.slug, token])
        context["invite_url"] = request.build_absolute_uri(path)
    return context


def _entrance(request: HttpRequest, room: Room) -> str:
    """Return the short address that asks for a name and lets one in; of a group, its page."""
    if room.kind == Room.Kind.GROUP:
        return request.build_absolute_uri(reverse("rooms:group", args=[room.slug]))
    if room.access == Room.Access.MEMBERS:
        return request.build_absolute_uri(reverse("rooms:room", args=[room.slug]))
    return request.build_absolute_uri(reverse("rooms:by_code", args=[room.code]))
