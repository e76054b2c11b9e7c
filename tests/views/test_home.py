"""The first page, the language, and the ways into a room."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rooms.eventlog.models import Room
from rooms.people.invites import make_invite
from rooms.people.roles import Role
from tests.views.conftest import Send, address, browser, make_room, page, person

pytestmark = pytest.mark.django_db


def section(html: str, name: str) -> str:
    """Return a section of the first page."""
    return html.split(f'aria-labelledby="{name}"')[1].split("</section>")[0]


def test_home_lists_what_is_live_coming_and_over(olga: Client, room: Room) -> None:
    later = timezone.localtime() + timedelta(hours=2)
    make_room(olga, title="Night buses?", opens_at=later.strftime("%Y-%m-%dT%H:%M"))
    over = make_room(olga, title="Trams?")
    olga.post(address("close", over))
    html = page(browser(), "/")
    assert "Free buses?" in section(html, "live")
    assert "Night buses?" in section(html, "coming")
    assert "Trams?" in section(html, "ended")


def test_a_room_with_a_code_is_listed_only_for_those_in_it(olga: Client) -> None:
    make_room(olga, title="Behind the door", access="code")
    assert "Behind the door" not in page(browser(), "/")
    assert "Behind the door" in section(page(olga, "/"), "mine")


def test_home_counts_what_can_be_read(room: Room, alice: Client, max_: Client, send: Send) -> None:
    send(alice, "One")
    number = send(alice, "Two")
    assert "2 messages" in page(browser(), "/")
    max_.post(address("remove", room, number))
    assert "1 message<" in page(browser(), "/")


def test_a_new_room_opens_at_once_and_belongs_to_who_made_it(olga: Client, room: Room) -> None:
    assert room.status == Room.Status.OPEN
    assert person(room, "Olga").role == Role.OWNER
    assert "Moderator’s desk" in page(olga, address("room", room))


def test_what_is_wrong_with_a_new_room_is_said_in_place(olga: Client) -> None:
    past = timezone.localtime() - timedelta(hours=1)
    form = {"title": "T", "kind": "debate", "language": "en", "access": "open", "owner_name": "O"}
    answer = olga.post(reverse("rooms:new"), {**form, "closes_at": past.strftime("%Y-%m-%dT%H:%M")})
    assert answer.status_code == 422
    assert "The closing time must come after" in answer.content.decode()
    answer = olga.post(reverse("rooms:new"), {**form, "title": ""})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_code_leads_to_a_name_and_a_name_into_the_room(room: Room) -> None:
    guest = browser()
    spaced = f"{room.code[:3]} {room.code[3:]}".lower()
    answer = guest.get(reverse("rooms:enter_code"), {"code": spaced})
    assert answer["Location"] == f"/j/{room.code}"
    assert "Free buses?" in page(guest, f"/j/{room.code}")
    answer = guest.post(f"/j/{room.code}", {"name": "Zoé"})
    assert answer["Location"] == address("room", room)
    assert person(room, "Zoé").role == Role.PARTICIPANT
    assert guest.get(f"/j/{room.code}")["Location"] == address("room", room)


def test_a_wrong_code_says_so(db: None) -> None:
    html = page(browser(), "/j/ZZZZZZ", status=404)
    assert "No room has this code" in html
    assert 'value="ZZZZZZ"' in html


def test_a_name_that_cannot_be_shown_is_told_where_it_was_typed(room: Room) -> None:
    guest = browser()
    for url in (f"/j/{room.code}", address("join", room)):
        answer = guest.post(url, {"name": "Аlice"})  # a Cyrillic first letter
        assert answer.status_code == 422
        assert "different alphabets" in answer.content.decode()
        assert 'value="Аlice"' in answer.content.decode()
    assert not room.participants.filter(name="Аlice").exists()


def test_an_invitation_gives_its_role(room: Room) -> None:
    token = make_invite(room=room, role=Role.MODERATOR)
    guest = browser()
    html = page(guest, address("by_invite", room, token))
    assert "Moderator" in html
    guest.post(address("by_invite", room, token), {"name": "Mia"})
    assert person(room, "Mia").role == Role.MODERATOR


def test_an_invitation_raises_who_is_in_already(room: Room, alice: Client) -> None:
    token = make_invite(room=room, role=Role.MODERATOR)
    assert 'value="Alice"' in page(alice, address("by_invite", room, token))
    alice.post(address("by_invite", room, token), {"name": "Alice"})
    assert person(room, "Alice").role == Role.MODERATOR


@pytest.mark.parametrize("token", ["x", "x:y:z"])
def test_a_false_invitation_is_not_found(room: Room, token: str) -> None:
    assert browser().get(address("by_invite", room, token)).status_code == 404


def test_the_language_is_kept_and_leads_back(room: Room) -> None:
    guest = browser()
    back = address("room", room)
    answer = guest.post(reverse("rooms:language"), {"language": "fr", "next": back})
    assert answer["Location"] == back
    assert 'lang="fr"' in page(guest, "/")
    assert "Créer une salle" in page(guest, "/")


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example/", "javascript:alert(1)"])
def test_next_never_leaves_the_site(db: None, evil: str) -> None:
    answer = browser().post(reverse("rooms:language"), {"language": "fr", "next": evil})
    assert answer["Location"] == "/"
