"""Guests: people known by their browser session alone, until they sign in."""

import secrets
from collections.abc import Callable

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from rooms.eventlog.append import append_one
from rooms.eventlog.payload import Draft
from rooms.people.events import ParticipantMerged
from rooms.people.models import Participant, User

SESSION_KEY = "guest_key"
claimed: list[Callable[[User], None]] = []
"""Called with an account to which a guest's doings were given, in the same transaction."""


def guest_key(session: SessionBase) -> str:
    """Return the session's guest key, making one on first use."""
    if SESSION_KEY not in session:
        session[SESSION_KEY] = secrets.token_urlsafe(32)
    key: str = session[SESSION_KEY]
    return key


@transaction.atomic
def claim_guest(*, guest_key: str, user: User) -> None:
    """Give an account everything that was done as a guest; nothing of it is lost.

    Where the account was in a room already, its own participant goes on and the guest's
    becomes its history.
    """
    guests = Participant.objects.filter(guest_key=guest_key, user=None)
    for guest in guests.select_for_update(no_key=True):
        own = Participant.objects.filter(room=guest.room_id, user=user, superseded_by=None).first()
        guest.superseded_by = own
        guest.user = user
        guest.guest_key = ""
        guest.save(update_fields=["superseded_by", "user", "guest_key"])
        if own is not None:
            merged = ParticipantMerged(participant=own.pk, guest=guest.pk)
            append_one(guest.room_id, Draft(merged, own.pk))
    if not user.name:
        _adopt_name(user)
    for act in claimed:
        act(user)


def _adopt_name(user: User) -> None:
    latest = Participant.objects.filter(user=user).order_by("-joined_at").first()
    if latest is not None:
        user.name = latest.name
        user.save(update_fields=["name"])
