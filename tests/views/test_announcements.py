"""Announcements stay until each person has read them, and organisers see who has not."""

from django.test import Client

from rooms.eventlog.backlog import backlog, present
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event, Room
from rooms.eventlog.rendering import Audience, render
from rooms.organizing.models import AnnouncementText
from rooms.privacy.erasure import erase_participant
from rooms.privacy.export import export_guest
from tests.views.conftest import address, page, person
from tests.views.test_organizing import room

__all__ = ["room"]
PIN = 'class="announcement"'
JSON = {"Accept": "application/json"}


def announce(olga: Client, room: Room, text: str = "We leave at nine.") -> int:
    olga.post(address("announcements", room), {"text": text, "client_id": "a1"})
    return Event.objects.get(room=room, type="announcement.made").seq


def test_it_stays_for_each_until_they_have_read_it(
    olga: Client, alice: Client, bob: Client, room: Room
) -> None:
    number = announce(olga, room)
    announce(olga, room)
    pages = [address(name, room) for name in ("room", "board")]
    assert all(PIN in page(who, url) for who in (alice, bob) for url in pages)
    url = address("acknowledge", room, number)
    for _again in range(2):
        assert alice.post(url, headers=JSON).json() == {"type": "ack"}
    assert not any(PIN in page(alice, url) for url in pages)
    assert PIN in page(bob, address("board", room))
    assert Event.objects.filter(type="announcement.acknowledged").count() == 1
    assert differences(room.pk) == []


def test_organisers_see_who_has_not_read_it(
    olga: Client, alice: Client, bob: Client, room: Room
) -> None:
    number = announce(olga, room)
    alice.post(address("acknowledge", room, number))
    html = page(olga, address("announcements", room))
    assert "2 people have not read it" in html
    assert "Bob" in html and "Alice" not in html
    assert bob.get(address("announcements", room)).status_code == 404


def test_all_devices_of_who_has_read_it_let_it_go(olga: Client, alice: Client, room: Room) -> None:
    number = announce(olga, room)
    (view,) = present(backlog(room.pk, number - 1))
    parts = render(view, language="en", audience=Audience())
    assert [part.into for part in parts] == ["log", "announcements"]
    assert "We leave at nine." in parts[1].html
    alice.post(address("acknowledge", room, number))
    (view,) = present(backlog(room.pk, number))
    mine = Audience(participant=person(room, "Alice").pk)
    (part,) = render(view, language="en", audience=mine)
    assert (part.into, part.swap) == (f"announcement-{number}", "delete")
    assert render(view, language="en", audience=Audience(participant=0)) == []


def test_words_are_screened_and_erasable(olga: Client, room: Room) -> None:
    olga.post(address("words", room), {"words": "clown"})
    answer = olga.post(address("announcements", room), {"text": "A clown", "client_id": "x"})
    assert answer.status_code == 422
    announce(olga, room)
    me = person(room, "Olga")
    (mine,) = export_guest(me.guest_key)["rooms"]
    assert mine["announcements"][0]["text"] == "We leave at nine."
    erase_participant(me)
    assert not AnnouncementText.objects.exists()
