"""Every page there is, as each kind of visitor: what goes with it; that reading changes nothing."""

from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpResponseBase
from django.test import Client

from rooms.eventlog.models import Room
from tests.addresses import addresses
from tests.furnished import WHO, Furnished, furnish
from tests.views.conftest import browser

pytestmark = pytest.mark.django_db

NEVER_SHOWN = {
    # They only lead elsewhere.
    "account_signup",
    "no_password",
    "rooms:latest_transparency",
    "rooms:story",
    # Seen in the middle of signing in, where tests/views/test_sign_in.py goes.
    "account_confirm_login_code",
    "account_email_verification_sent",
    "mfa_authenticate",
    "account_reauthenticate",
    # By scripts alone: the challenge that a passkey answers.
    "mfa_login_webauthn",
    # Nobody has a password: behind no_password.
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
}
PUBLIC = {
    # The same for everybody, and of what everybody may read.
    "rooms:preview",
    "rooms:group_preview",
    "rooms:initiative_preview",
    "rooms:profile_preview",
}
NOT_KEPT = {
    # Neither by the browser: secrets of links, what moderators see, what one account alone does.
    "account_login",
    "account_request_login_code",
    "mfa_download_recovery_codes",
    "rooms:appeal",
    "rooms:by_code",
    "rooms:by_invite",
    "rooms:calendar",
    "rooms:calendars",
    "rooms:choices",
    "rooms:contacts",
    "rooms:conversations",
    "rooms:decide_notice",
    "rooms:decisions",
    "rooms:desk",
    "rooms:events",
    "rooms:group",
    "rooms:inbox",
    "rooms:my_data",
    "rooms:my_data_file",
    "rooms:my_profile",
    "rooms:notice",
    "rooms:private_report",
    "rooms:profile",
    "rooms:signature",
    "rooms:signatures_csv",
    "rooms:signatures_pdf",
    "rooms:statement",
    "rooms:unsubscribe",
}


@dataclass
class Walk:
    """What was answered at each address, to everybody who got something to see."""

    shown: dict[str, list[HttpResponseBase]] = field(default_factory=lambda: defaultdict(list))
    others: list[HttpResponseBase] = field(default_factory=list)
    writing: set[str] = field(default_factory=set)

    def go(self, site: Furnished, who: str) -> None:
        client = visitor(site, who)
        for one in addresses():
            answer = client.get(site.path(one))
            assert answer.status_code in (200, 302, 403, 404, 405), (who, one.name)
            if answer.status_code == 200:
                self.shown[one.name].append(answer)
            else:
                self.others.append(answer)
            if answer.status_code == 405:
                self.writing.add(one.name)

    def all(self) -> list[HttpResponseBase]:
        return [*(one for many in self.shown.values() for one in many), *self.others]


def visitor(site: Furnished, who: str) -> Client:
    client = browser()
    if who in site.sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = site.sessions[who]
    return client


def rows() -> dict[str, int]:
    """Count everything that is kept, but sessions."""
    models = [model for model in apps.get_models() if model is not Session]
    counts = {model.__name__: model._default_manager.count() for model in models}
    return counts | {f"head of {room.slug}": room.head for room in Room.objects.all()}


def test_every_page_is_read_by_somebody_and_says_what_it_must() -> None:
    site, walk = furnish(), Walk()
    before = rows()
    for who in ("visitor", *WHO):
        walk.go(site, who)
    assert rows() == before, "reading changes nothing"
    reading = {one.name for one in addresses()} - walk.writing - NEVER_SHOWN
    assert set(walk.shown) == reading
    for answer in walk.all():
        assert_headers(answer)
    kept = {name: {one["Cache-Control"] for one in many} for name, many in walk.shown.items()}
    assert {name for name, how in kept.items() if any("public" in one for one in how)} == PUBLIC
    assert {name for name, how in kept.items() if all("no-store" in one for one in how)} == NOT_KEPT
    assert all("private" in one for name in kept.keys() - PUBLIC for one in kept[name])


def assert_headers(answer: HttpResponseBase) -> None:
    """Fail unless an answer says everything that browsers need to know to be careful."""
    policy = dict(
        one.strip().partition(" ")[::2] for one in answer["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
