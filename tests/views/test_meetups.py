"""Meetups on the web: called by a form with a place, answered by taps, in sheet and calendars."""

import re

import pytest
from django.test import Client

from rooms.eventlog.backlog import backlog, present
from rooms.eventlog.models import Room
from rooms.eventlog.rendering import Audience, render
from rooms.organizing.meetup_models import Meetup, Rsvp
from tests.views.conftest import address, browser, join, page, person
from tests.views.test_calendars import entries, key_of
from tests.views.test_organizing import room

__all__ = ["room"]
JSON = {"Accept": "application/json"}
FORM = {
    "title": "Public meeting",
    "starts_at": "2030-05-04T18:00",
    "ends_at": "2030-05-04T20:00",
    "town": "Paris (75)",
    "town_code": "75056",
    "spot": "Town hall",
    "capacity": "1",
    "note": "Bring a cup.",
}


@pytest.fixture
def meetup(olga: Client, room: Room) -> int:
    answer = olga.post(address("new_meetup", room), {**FORM, "client_id": "m1"})
    made = Meetup.objects.get(room=room)
    assert answer["Location"] == address("meetup", room, made.number)
    assert made.place == "75056"
    return made.number


def say(client: Client, room: Room, meetup: int, answer: str, **fields: object) -> int:
    form = {"answer": answer, "client_id": f"tap-{answer}", **fields}
    return client.post(address("rsvp", room, meetup), form, headers=JSON).status_code


def test_it_is_on_the_board_and_on_the_page_of_the_room(
    alice: Client, room: Room, meetup: int
) -> None:
    for url in (address("board", room), address("meetup", room, meetup)):
        html = page(alice, url)
        for words in ("Public meeting", "Town hall, Paris (75)", "4 May, 18:00–20:00", "0/1"):
            assert words in html
    html = page(alice, address("room", room))
    assert f'id="meetup-line-{meetup}"' in html and "New meetup:" in html
    assert "on the map" in page(alice, address("meetup", room, meetup))


def test_answers_by_plain_forms_lead_back_to_where_they_were_given(
    alice: Client, bob: Client, room: Room, meetup: int
) -> None:
    url = address("rsvp", room, meetup)
    answer = alice.post(url, {"answer": "yes", "client_id": "a"})
    assert answer["Location"] == f"{address('board', room)}#meetup-{meetup}"
    answer = bob.post(url, {"answer": "yes", "client_id": "b", "stay": "1"})
    assert answer["Location"] == address("meetup", room, meetup)
    html = page(bob, address("meetup", room, meetup))
    assert "You wait for a place, as no. 1" in html
    pressed = re.findall(r'value="(\w+)" class="button" aria-pressed="true"', html)
    assert pressed == ["yes"]
    alice.post(url, {"answer": "no", "client_id": "n"})
    html = page(bob, address("meetup", room, meetup))
    assert "You wait" not in html and "1/1" in html and "Alice" not in html


def test_the_same_tap_counts_once_and_what_cannot_be_is_told(
    alice: Client, room: Room, meetup: int
) -> None:
    assert [say(alice, room, meetup, "yes") for _again in range(2)] == [200, 200]
    assert Rsvp.objects.get().answer == "yes"
    assert say(alice, room, meetup, "perhaps") == 422
    assert say(alice, room, meetup, "yes", client_id="x", companions=5) == 409
    assert browser().post(address("rsvp", room, meetup), {"answer": "yes"}).status_code == 403


def test_who_answered_sees_that_it_has_moved(
    olga: Client, alice: Client, bob: Client, room: Room, meetup: int
) -> None:
    say(alice, room, meetup, "yes")
    moved = {**FORM, "starts_at": "2030-05-04T17:00", "client_id": "e1"}
    form = page(olga, address("edit_meetup", room, meetup))
    assert 'value="Town hall"' in form and 'value="75056"' in form
    assert olga.post(address("edit_meetup", room, meetup), moved).status_code == 302
    note = "Its time or place has changed"
    assert note in page(alice, address("meetup", room, meetup))
    assert note not in page(bob, address("meetup", room, meetup))
    (view,) = present(backlog(room.pk, Room.objects.get(pk=room.pk).head - 1))
    parts = render(view, language="en", audience=Audience())
    into = ["log", f"meetup-{meetup}", f"meetup-line-{meetup}"]
    assert [part.into for part in parts] == into
    assert f'data-answers="{person(room, "Alice").pk}:y!"' in parts[1].html
    assert "17:00" in parts[2].html


def test_a_cancelled_meetup_says_so_and_takes_no_answers(
    olga: Client, alice: Client, room: Room, meetup: int
) -> None:
    say(alice, room, meetup, "yes")
    assert alice.post(address("cancel_meetup", room, meetup)).status_code == 403
    olga.post(address("cancel_meetup", room, meetup))
    assert "This meetup was cancelled." in page(alice, address("meetup", room, meetup))
    assert "Cancelled" in page(alice, address("board", room))
    assert say(alice, room, meetup, "no") == 409
    (entry,) = entries(f"/calendars/{key_of(alice, room, 'Alice')}/mine.ics")
    assert str(entry["status"]) == "CANCELLED"


def test_the_run_sheet_and_the_calendars_have_it(
    alice: Client, bob: Client, room: Room, meetup: int
) -> None:
    say(alice, room, meetup, "maybe")
    say(bob, room, meetup, "yes")
    html = page(alice, address("run_sheet", room))
    assert "18:00–20:00" in html and "Bob" in html
    (entry,) = entries(f"/calendars/{key_of(alice, room, 'Alice')}/mine.ics")
    assert (str(entry["summary"]), str(entry["status"])) == ("Public meeting", "TENTATIVE")
    assert str(entry["location"]) == "Town hall, Paris (75)"
    say(alice, room, meetup, "no")
    key = key_of(alice, room, "Alice")
    assert entries(f"/calendars/{key}/mine.ics") == []
    assert len(entries(f"/calendars/{key}/all.ics")) == 1


def test_what_is_pushed_is_the_same_for_all_and_names_nobody_who_does_not_come(
    alice: Client, room: Room, meetup: int
) -> None:
    say(alice, room, meetup, "no")
    (view,) = present(backlog(room.pk, Room.objects.get(pk=room.pk).head - 1))
    (part,) = render(view, language="en", audience=Audience())
    assert f'data-answers="{person(room, "Alice").pk}:n"' in part.html
    assert "Alice" not in part.html


def test_the_card_of_a_large_meetup_stays_small(olga: Client, room: Room) -> None:
    olga.post(address("new_meetup", room), {**FORM, "capacity": "", "client_id": "m9"})
    number = Meetup.objects.get(room=room).number
    for n in range(14):
        say(join(room, f"Guest {n:02}"), room, number, "yes")
    (view,) = present(backlog(room.pk, Room.objects.get(pk=room.pk).head - 1))
    (part,) = render(view, language="en", audience=Audience())
    assert part.html.count("Guest") == 12 and "Everybody who comes" in part.html
    assert part.html.count(":y") == 14
    assert page(olga, address("meetup", room, number)).count("Guest") == 14


def test_forms_come_back_with_the_reason_and_only_to_organisers(
    olga: Client, alice: Client, room: Room, meetup: int
) -> None:
    late = {**FORM, "ends_at": "2030-05-04T17:00", "client_id": "m2"}
    answer = olga.post(address("new_meetup", room), late)
    assert answer.status_code == 422
    assert "A meetup ends after it starts" in answer.content.decode()
    for name, args in (("new_meetup", ()), ("edit_meetup", (meetup,))):
        assert alice.get(address(name, room, *args)).status_code == 404
    assert alice.get(address("meetup", room, 999)).status_code == 404
