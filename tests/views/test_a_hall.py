"""Three hundred people behind one address all come in, sign in and speak; one abuser does not."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from rooms.eventlog.models import Room
from rooms.messages.models import Message
from rooms.people.models import Participant, User
from tests.views.conftest import address, browser, join

pytestmark = pytest.mark.django_db

HALL = 300
LOGIN = reverse("account_login")
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _in_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything be within one minute, however long it takes, and forget other tests."""
    cache.clear()
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: 1_000_000.0)


def sign_in(client: Client, email: str, **headers: str) -> int:
    """Sign in by the code of a letter; return the status of the last answer."""
    asked = client.post(LOGIN, {"email": email}, headers=headers)
    if asked.status_code != 302:
        return asked.status_code
    found = re.search(r"^    (\S+)$", str(mail.outbox[-1].body), re.M)
    assert found
    return client.post(asked["Location"], {"code": found[1]}, headers=headers).status_code


def say(client: Client, room: Room, text: str) -> int:
    form = {"client_id": text, "text": text}
    return client.post(address("post", room), form, headers=JSON).status_code


def test_three_hundred_people_at_one_address_come_in_and_speak(room: Room) -> None:
    words = ("buses", "trams", "bridges", "schools", "parks", "trees", "rents", "taxes", "roads")
    said = [
        say(join(room, f"Guest {number}"), room, f"{number}: {words[number % 9]} {number**3}")
        for number in range(HALL)
    ]
    assert said == [200] * HALL
    assert Participant.objects.filter(room=room).count() == HALL + 1
    assert Message.objects.filter(room=room, status="visible").count() == HALL


def test_three_hundred_people_at_one_address_sign_in_within_a_minute() -> None:
    codes = {sign_in(browser(), f"guest-{number}@example.org") for number in range(HALL)}
    assert codes == {302}
    assert User.objects.filter(last_login__isnull=False).count() == HALL


def test_one_who_is_somebody_new_each_time_is_stopped_and_nobody_who_is_here(room: Room) -> None:
    here = join(room, "Here")
    where, form = address("join", room), {"name": "Somebody new"}
    codes = [browser().post(where, form).status_code for _ in range(2 * HALL + 10)]
    let_in = codes.count(302)
    assert codes == [302] * let_in + [429] * (len(codes) - let_in)
    assert HALL < let_in < 2 * HALL
    assert "in a minute" in browser().post(where, form).content.decode()
    assert say(here, room, "I am still here") == 200
    assert sign_in(carla := browser(), "carla@example.org") == 302
    assert carla.post(where, {"name": "Carla"}).status_code == 302


def test_one_who_writes_too_fast_is_slowed_down_and_nobody_else(room: Room, bob: Client) -> None:
    loud = join(room, "Loud")
    answers = [say(loud, room, f"Again, number {number}") for number in range(8)]
    assert answers == [200] * 5 + [429] * 3
    assert say(bob, room, "My turn?") == 200


def test_one_who_has_letters_sent_to_somebody_is_stopped_and_nobody_else() -> None:
    codes = [browser().post(LOGIN, {"email": "victim@example.org"}).status_code for _ in range(10)]
    assert codes.count(302) == 3
    assert len(mail.outbox) == 3
    assert sign_in(browser(), "bob@example.org") == 302


def test_one_who_has_letters_sent_to_everybody_is_stopped_whatever_they_forward() -> None:
    sent = [
        browser()
        .post(
            LOGIN,
            {"email": f"victim-{number}@example.org"},
            headers={"X-Forwarded-For": f"192.0.2.{number % 250}"},
        )
        .status_code
        for number in range(2 * HALL + 10)
    ]
    assert sent[: 2 * HALL] == [302] * (2 * HALL)
    assert 302 not in sent[2 * HALL :]
    assert len(mail.outbox) == 2 * HALL


def test_a_code_is_guessed_three_times_and_no_more() -> None:
    client = browser()
    where = client.post(LOGIN, {"email": "victim@example.org"})["Location"]
    answers = [client.post(where, {"code": f"AAAA{number}"}) for number in range(4)]
    assert "_auth_user_id" not in client.session
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert answers[-1].status_code == 302, "the code counts no more: ask for another one"


def test_limits_are_remembered_while_a_whole_hall_signs_in() -> None:
    """The counters of one person are not pushed out by those of a thousand others."""
    for _ in range(3):
        browser().post(LOGIN, {"email": "victim@example.org"})
    for number in range(1000):
        cache.set(f"another-counter-{number}", [1.0], 300)
    assert browser().post(LOGIN, {"email": "victim@example.org"}).status_code != 302
