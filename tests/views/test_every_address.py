"""Whatever changes something takes a POST with its token, from our own pages; at every address."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from rooms.people.models import User
from tests.addresses import addresses, ours
from tests.views.conftest import browser

pytestmark = pytest.mark.django_db

WITHOUT_TOKEN = {
    # A mail program sends it without a session (RFC 8058). It takes a signed token in the address.
    "rooms:unsubscribe",
}
READ, WRITE = {"GET", "HEAD"}, {"POST"}
NAMES = [one.name for one in addresses()]


@pytest.fixture
def zoe() -> Client:
    """Return the browser of an account: what asks for one is not to stop anywhere sooner."""
    client = browser()
    client.force_login(User.objects.create_user("zoe@example.org"))
    return client


def test_the_url_conf_was_walked() -> None:
    assert {"rooms:post", "rooms:unsubscribe", "account_login", "mfa_activate_totp"} <= set(NAMES)
    assert len(NAMES) == len(set(NAMES))


def test_a_post_without_its_token_is_403_everywhere() -> None:
    strict = browser(enforce_csrf_checks=True)
    taken = {one.name for one in addresses() if strict.post(one.path()).status_code != 403}
    assert taken == WITHOUT_TOKEN


def test_our_token_from_another_origin_is_403_everywhere(zoe: Client) -> None:
    strict = browser(enforce_csrf_checks=True)
    strict.cookies[settings.SESSION_COOKIE_NAME] = zoe.cookies[settings.SESSION_COOKIE_NAME].value
    strict.get(reverse("rooms:new"))
    form = {"csrfmiddlewaretoken": strict.cookies["csrftoken"].value}
    own = {"Origin": "http://testserver"}
    assert strict.post(reverse("rooms:language"), form, headers=own).status_code == 302
    for origin in (
        "https://testserver",
        "http://testserver:8000",
        "http://evil.example",
        "http://testserver.evil.example",
        "null",
    ):
        taken = {
            one.name
            for one in addresses()
            if strict.post(one.path(), form, headers={"Origin": origin}).status_code != 403
        }
        assert taken == WITHOUT_TOKEN, origin


def test_every_page_says_which_methods_it_takes(zoe: Client) -> None:
    for one in ours():
        answer = zoe.generic("PATCH", one.path())
        assert answer.status_code == 405, one.name
        assert set(answer["Allow"].split(", ")) in (READ, WRITE, READ | WRITE), one.name


def test_what_only_changes_something_is_405_by_get(zoe: Client) -> None:
    writing = [one for one in ours() if _methods(zoe, one.path()) == WRITE]
    assert len(writing) > 50
    for one in writing:
        for method in ("GET", "HEAD", "OPTIONS"):
            assert zoe.generic(method, one.path()).status_code == 405, (method, one.name)


def _methods(client: Client, path: str) -> set[str]:
    return set(client.generic("PATCH", path).get("Allow", "").split(", "))
