"""Signing in turns a guest into an account."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import get_language

from rooms.people.guests import SESSION_KEY, claim_guest
from rooms.people.identity import remember_language
from rooms.people.models import User


@receiver(user_logged_in)
def claim_on_sign_in(*, request: HttpRequest | None, user: User, **_kwargs: Any) -> None:
    """Give the account what the same browser did as a guest, and remember how it reads."""
    if not user.language:
        remember_language(user=user, language=get_language() or "")
    key = request.session.pop(SESSION_KEY, "") if request is not None else ""
    if key:
        claim_guest(guest_key=key, user=user)
