"""Signing in by a code: newcomers and members alike, guests keeping what they did."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from rooms.lifecycle.schedule import create_room
from rooms.people.membership import find_participant, join_room
from rooms.people.models import User
from rooms.people.sign_in import forget_unconfirmed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_earlier_attempts() -> None:
    """Forget the attempts of other tests: sign-in is limited by address."""
    cache.clear()


def ask(client: Client, email: str, **extra: str) -> str:
    """Ask for a code and return where the answer leads."""
    answer = client.post("/accounts/login/", {"email": email, **extra})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def mailed_code() -> str:
    found = re.search(r"^    (\S+)$", str(mail.outbox[-1].body), re.M)
    assert found
    return found.group(1)


def sign_in(client: Client, email: str) -> None:
    where = ask(client, email)
    answer = client.post(where, {"code": mailed_code()})
    assert answer.status_code == 302, answer.content.decode()


def test_a_newcomer_gets_an_account_and_is_in(client: Client) -> None:
    sign_in(client, "alice@example.org")
    user = User.objects.get()
    assert client.session["_auth_user_id"] == str(user.pk)
    assert not user.has_usable_password()
    assert user.emailaddress_set.get().verified  # type: ignore[attr-defined]


def test_a_member_comes_back_to_the_same_account(client: Client) -> None:
    sign_in(client, "alice@example.org")
    client.post("/accounts/logout/")
    sign_in(client, "Alice@Example.org")
    assert User.objects.count() == 1


def test_a_wrong_code_does_not_sign_in(client: Client) -> None:
    where = ask(client, "alice@example.org")
    answer = client.post(where, {"code": "WRONG1"})
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


def test_known_and_unknown_addresses_get_the_same_answer(client: Client) -> None:
    User.objects.create_user("known@example.org")
    assert ask(client, "known@example.org") == ask(Client(), "unknown@example.org")


def test_a_foreign_next_is_ignored(client: Client) -> None:
    where = ask(client, "alice@example.org", next="//evil.example/")
    answer = client.post(where, {"code": mailed_code(), "next": "//evil.example/"})
    assert answer["Location"] == "/"


def test_a_guest_keeps_what_they_did(client: Client) -> None:
    room = create_room(title="Salle", owner_name="Olga", guest_key="olga")
    session = client.session
    session["guest_key"] = "guest-alice"
    session.save()
    alice = join_room(room=room, name="Alice", guest_key="guest-alice")
    sign_in(client, "alice@example.org")
    user = User.objects.get()
    assert find_participant(room=room, user=user) == alice
    assert user.name == "Alice"
    assert "guest_key" not in client.session


def test_accounts_that_nobody_confirmed_are_forgotten(client: Client) -> None:
    ask(client, "typo@example.org")
    sign_in(Client(), "alice@example.org")
    assert forget_unconfirmed() == 0
    later = timezone.now() + timedelta(days=2)
    assert forget_unconfirmed(later) > 0
    assert [user.email for user in User.objects.all()] == ["alice@example.org"]


@pytest.mark.parametrize(
    "page", ["change", "set", "reset", "reset/done", "reset/key/1-set-password"]
)
def test_nobody_has_or_gets_a_password(client: Client, page: str) -> None:
    sign_in(client, "alice@example.org")
    form = {"password1": "correct horse", "password2": "correct horse", "email": "a@example.org"}
    for visitor in (client, Client()):
        for answer in (
            visitor.get(f"/accounts/password/{page}/"),
            visitor.post(f"/accounts/password/{page}/", form),
        ):
            assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert not User.objects.get().has_usable_password()
    assert len(mail.outbox) == 1, "but for the code, no letter left"
