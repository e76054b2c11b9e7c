"""Who is asking: from a request or a socket's scope to a participant."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from rooms.eventlog.models import Room
from rooms.people.guests import SESSION_KEY
from rooms.people.membership import find_participant
from rooms.people.models import Participant, User


def current_participant(request: HttpRequest, room: Room) -> Participant | None:
    """Return who a request's account or session is in a room."""
    return _find(room, request.user, request.session)


def scope_participant(scope: Mapping[str, Any], room: Room) -> Participant | None:
    """Return who a socket's account or session is in a room; reads the database."""
    return _find(room, scope.get("user"), scope.get("session") or {})


def current_account(request: HttpRequest) -> User | None:
    """Return the account that is signed in, if any."""
    return request.user if isinstance(request.user, User) else None


def _find(room: Room, user: object, session: Any) -> Participant | None:
    account = user if isinstance(user, User) else None
    return find_participant(room=room, user=account, guest_key=session.get(SESSION_KEY, ""))


def remember_language(*, user: User, language: str) -> None:
    """Write to an account in this language from here on, if it is one of the site's."""
    if language in Room.Language.values and language != user.language:
        user.language = language
        user.save(update_fields=["language"])
