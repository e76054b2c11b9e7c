"""Who asks for which room: the first line of every view of a room."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.rendering import Audience
from rooms.people.identity import current_account, current_participant
from rooms.people.membership import can_read
from rooms.people.models import Participant
from rooms.people.roles import Action
from rooms.profiles.direct import other_in


@dataclass(frozen=True)
class Visit:
    """Somebody who may read a room; ``me`` is None for one who has not joined."""

    room: Room
    me: Participant | None

    @property
    def is_moderator(self) -> bool:
        return self.me is not None and self.me.is_moderator

    @property
    def audience(self) -> Audience:
        """Return as whom events are rendered for this visitor."""
        return Audience(self.is_moderator, self.me.pk if self.me else None)

    def may(self, action: Action) -> bool:
        return self.me is not None and self.me.may(action)

    def actor(self) -> Participant:
        """Return who acts; raises ``Refused`` for one who has not joined."""
        if self.me is None:
            raise Refused(Code.FORBIDDEN, _("Join the room with a name first."))
        return self.me


def visit(request: HttpRequest, slug: str) -> Visit:
    """Return who asks for a room; an unknown and an unreadable one give the same 404."""
    room = Room.objects.filter(slug=slug).first()
    if room is None:
        raise Http404
    me = current_participant(request, room)
    if not can_read(room=room, participant=me, user=current_account(request)):
        raise Http404
    if room.kind == Room.Kind.DIRECT and me is not None:
        # Each of the two sees it under the other's name; it is kept under none.
        room.title = str(other_in(room, me) or room.title)
    return Visit(room, me)


def visit_as_party(request: HttpRequest, slug: str) -> Visit:
    """Return who asks for what was decided about them: also one who was shut out for it."""
    room = Room.objects.filter(slug=slug).first()
    me = current_participant(request, room) if room else None
    return Visit(room, me) if room and me else visit(request, slug)


def visit_as(request: HttpRequest, slug: str, action: Action) -> Visit:
    """Return who asks for a page of a room that only some may see; 404 for all others."""
    found = visit(request, slug)
    if not found.may(action):
        raise Http404
    return found
