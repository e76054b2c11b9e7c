"""Who a request comes from, before any room is concerned."""

from typing import Any

from allauth.core.ratelimit import consume
from django.http import HttpRequest
from django.utils.translation import gettext as _

from rooms.eventlog.errors import Code, Refused
from rooms.people.guests import SESSION_KEY, guest_key
from rooms.people.identity import current_account
from rooms.people.models import NAME_LENGTH, User

_NAME = "name"
"""Session key: the name last used, offered when the next room asks for one."""


def account(request: HttpRequest) -> User | None:
    """Return the account that is signed in, if any."""
    return current_account(request)


def signed_in(request: HttpRequest) -> User:
    """Return the account behind a view that ``login_required`` guards."""
    user = account(request)
    assert user is not None
    return user


def known_name(request: HttpRequest) -> str:
    """Return the name to offer: the account's, or the one a guest used last."""
    user = account(request)
    name: str = (user.name if user else "") or request.session.get(_NAME, "")
    return name


def identity(request: HttpRequest, name: str) -> dict[str, Any]:
    """Return who acts, for the domain: the account, or a guest whose session begins here.

    Raises ``Refused`` where more begin at one address than a full hall's: whoever forgets who they
    are each time would be somebody new, and bound by no limit of one person.
    """
    user = account(request)
    if user is None and not known_guest(request) and not consume(request, action="new_guest"):
        raise Refused(
            Code.SLOW_DOWN,
            _("Very many people come in from your network right now. Try again in a minute."),
            retry_after=60.0,
        )
    request.session[_NAME] = name[:NAME_LENGTH]
    return {"user": user, "guest_key": "" if user else guest_key(request.session)}


def known_guest(request: HttpRequest) -> str:
    """Return the session's guest key, without making one."""
    key: str = request.session.get(SESSION_KEY, "")
    return key
