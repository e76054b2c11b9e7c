"""One's own data on the web: taken along and erased, by accounts and by guests, without scripts."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from rooms.eventlog.models import Room
from rooms.messages.models import MessageBody
from rooms.people.models import Participant, User
from rooms.redress.appeals import open_appeal
from rooms.redress.models import Statement
from tests.views.conftest import Send, address, browser, join, page, person

PAGE, FILE, ERASE = (reverse(f"rooms:{name}") for name in ("my_data", "my_data_file", "erase_me"))


@pytest.fixture
def carla(room: Room) -> Client:
    """Carla, signed in."""
    client = browser()
    client.force_login(User.objects.create_user("carla@example.org", name="Carla"))
    client.post(reverse("rooms:by_code", args=[room.code]), {"name": "Carla"})
    return client


def test_a_guest_takes_everything_along_and_erases_it(
    room: Room, alice: Client, bob: Client, send: Send
) -> None:
    mine, theirs = send(alice, "I am Alice."), send(bob, "I am Bob.")
    html = page(alice, PAGE)
    assert "as a guest" in html and room.title in html
    told = json.loads(alice.get(FILE).content)
    assert [m["texts"][0]["text"] for m in told["rooms"][0]["messages"]] == ["I am Alice."]
    answer = alice.post(ERASE, {"confirm": " Erase "}, follow=True)
    assert "is erased" in answer.content.decode()
    shown = page(bob, address("room", room))
    assert "I am Alice." not in shown and "I am Bob." in shown
    assert "This message was erased" in shown
    assert list(MessageBody.objects.values_list("number", flat=True)) == [theirs]
    assert "nothing is known of you" in page(alice, PAGE)
    assert f'id="m-{mine}"' in shown
    assert "I am Alice." not in page(bob, address("people", room)) + shown


def test_an_account_erases_itself_and_is_signed_out(
    room: Room, carla: Client, bob: Client, send: Send
) -> None:
    send(carla, "I am Carla.")
    assert "carla@example.org" in page(carla, PAGE)
    assert json.loads(carla.get(FILE).content)["account"]["email"] == "carla@example.org"
    assert carla.post(ERASE, {"confirm": "erase"}).status_code == 302
    assert not User.objects.exists()
    assert "_auth_user_id" not in carla.session
    shown = page(bob, address("room", room)) + page(bob, address("people", room))
    assert "Carla" not in shown


@pytest.mark.parametrize("typed", ["", "yes", "effacer", "erase everything"])
def test_nothing_is_erased_without_the_word(room: Room, alice: Client, typed: str) -> None:
    answer = alice.post(ERASE, {"confirm": typed})
    assert answer.status_code == 422
    assert "Nothing was erased" in answer.content.decode()
    assert Participant.objects.filter(room=room, name="Alice").exists()


def test_the_word_is_in_the_readers_language(room: Room, alice: Client) -> None:
    html = alice.get(PAGE, headers={"Accept-Language": "fr"}).content.decode()
    (word,) = re.findall(r'<label for="confirm">[^<]*[“«][\s ]*(\w+)', html)
    assert (
        alice.post(ERASE, {"confirm": word}, headers={"Accept-Language": "fr"}).status_code == 302
    )


def test_erasing_needs_a_form_of_this_site(room: Room, alice: Client) -> None:
    assert alice.get(ERASE).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alice.cookies
    assert strict.post(ERASE, {"confirm": "erase"}).status_code == 403
    assert Participant.objects.filter(room=room, name="Alice").exists()


def test_a_stranger_is_told_that_nothing_is_known(db: None) -> None:
    assert "nothing is known of you" in page(browser(), PAGE)
    assert json.loads(browser().get(FILE).content) == {"rooms": []}
    assert browser().post(ERASE, {"confirm": "erase"}).status_code == 302


def test_what_stays_is_said_beforehand(
    room: Room, olga: Client, max_: Client, alice: Client, send: Send
) -> None:
    assert "You organise" in page(olga, PAGE) and "You organise" not in page(alice, PAGE)
    assert "is not decided" not in page(alice, PAGE)
    removed = send(alice, "You fool.")
    max_.post(address("remove", room, removed), {"reason": "insult"})
    open_appeal(statement=Statement.objects.get(), actor=person(room, "Alice"), text="No.")
    assert "An appeal of yours is not decided" in page(alice, PAGE)


def test_the_name_is_free_for_the_next_one(room: Room, alice: Client) -> None:
    alice.post(ERASE, {"confirm": "erase"})
    join(room, "Alice")
    assert Participant.objects.filter(room=room, name="Alice").count() == 1
