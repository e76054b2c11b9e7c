"""Moderating without JavaScript: the desk, decisions, mutes, times, words, roles."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rooms.eventlog.models import Room
from rooms.people.roles import Role
from rooms.views import desk
from tests.views.conftest import Send, address, page, person

pytestmark = pytest.mark.django_db


def test_approving_publishes(room: Room, max_: Client, bob: Client, held: int) -> None:
    assert "<mark>CLOWN</mark>" in page(max_, address("desk", room))
    max_.post(address("approve", room, held))
    assert "CLOWN" in page(bob, address("room", room))
    assert f'id="held-{held}"' not in page(max_, address("desk", room))


def test_rejecting_tells_the_author_why(
    room: Room, alice: Client, max_: Client, bob: Client, held: int
) -> None:
    max_.post(address("reject", room, held), {"reason": "insult"})
    html = page(alice, address("room", room))
    assert "Not published" in html
    assert "Insult against a person" in html
    assert "CLOWN" not in page(bob, address("room", room))


def test_who_decides_second_learns_who_was_first(
    olga: Client, room: Room, max_: Client, held: int
) -> None:
    max_.post(address("approve", room, held))
    answer = olga.post(address("reject", room, held), {"reason": "insult"})
    assert answer.status_code == 409
    assert "Max" in answer.content.decode()


def test_a_removal_names_who_and_why(
    room: Room, alice: Client, max_: Client, bob: Client, send: Send
) -> None:
    number = send(alice, "Wait and see what happens.")
    assert "Threat or call to violence" in page(max_, address("message", room, number))
    max_.post(address("remove", room, number), {"reason": "threat"})
    html = page(bob, address("room", room))
    assert "Wait and see" not in html
    assert "Message of <bdi>Alice</bdi> removed by <bdi>Max</bdi>" in html
    assert "Threat or call to violence" in html
    assert "Wait and see what happens." in page(max_, address("message", room, number))
    assert "Wait and see what happens." not in page(bob, address("message", room, number))


def test_a_mute_is_told_to_all_and_ends_by_hand(
    room: Room, alice: Client, max_: Client, bob: Client, send: Send
) -> None:
    subject = person(room, "Alice").pk
    max_.post(address("mute", room, subject), {"seconds": "300", "reason": "spam"})
    html = page(bob, address("room", room))
    assert "<bdi>Max</bdi> muted <bdi>Alice</bdi> <time" in html
    assert "A moderator has muted you" in page(alice, address("room", room))
    answer = alice.post(address("post", room), {"client_id": "m", "text": "Hey"})
    assert answer.status_code == 403
    assert "Hey</textarea>" in answer.content.decode()
    assert "Unmute" in page(max_, address("desk", room))
    max_.post(address("unmute", room, subject))
    send(alice, "Thank you.")


def test_a_mute_can_last_as_long_as_the_debate(olga: Client, room: Room, alice: Client) -> None:
    closes = timezone.localtime() + timedelta(minutes=90)
    olga.post(address("schedule", room), {"closes_at": closes.strftime("%Y-%m-%dT%H:%M")})
    html = page(olga, address("person", room, person(room, "Alice").pk))
    seconds = int(html.split("The rest of the debate")[0].rsplit('value="', 1)[1].split('"')[0])
    assert 85 * 60 < seconds <= 90 * 60


def test_times_are_changed_and_errors_stay_in_the_form(olga: Client, room: Room) -> None:
    htmx = {"HX-Request": "true"}
    past = (timezone.localtime() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer = olga.post(address("schedule", room), {"closes_at": past}, headers=htmx)
    assert "must come after" in answer.content.decode()
    assert f'value="{past}"' in answer.content.decode()
    assert "<html" not in answer.content.decode()
    answer = olga.post(address("schedule", room), {"closes_at": past})
    assert answer.status_code == 422
    answer = olga.post(address("schedule", room), {"closes_at": ""}, headers=htmx)
    assert "Saved." in answer.content.decode()
    answer = olga.post(address("schedule", room), {"closes_at": "soon"})
    assert answer.status_code == 422


def test_opening_and_closing_by_hand(olga: Client, room: Room, max_: Client) -> None:
    assert max_.post(address("close", room)).status_code == 403
    olga.post(address("close", room))
    assert "<bdi>Olga</bdi> closed the room" in page(olga, address("room", room))
    assert olga.post(address("close", room)).status_code == 409
    olga.post(address("open", room))
    assert 'data-status="open"' in page(olga, address("room", room))


def test_words_that_say_nothing_are_refused_in_place(max_: Client, room: Room) -> None:
    answer = max_.post(address("words", room), {"words": "fine\n...\n"})
    assert answer.status_code == 422
    assert "fine\n...\n</textarea>" in answer.content.decode()


def test_an_organiser_gives_roles(olga: Client, room: Room, alice: Client) -> None:
    subject = person(room, "Alice").pk
    olga.post(address("change_role", room, subject), {"role": "moderator"})
    assert person(room, "Alice").role == Role.MODERATOR
    assert "Moderator’s desk" in page(alice, address("room", room))
    answer = olga.post(address("change_role", room, subject), {"role": "king"})
    assert answer.status_code == 422


POSTS = ("approve", "reject", "remove", "withhold", "restore", "claim", "decide_wave")


@pytest.mark.parametrize("name", POSTS)
def test_participants_decide_nothing(room: Room, bob: Client, held: int, name: str) -> None:
    answer = bob.post(address(name, room, held), {"decision": "remove"})
    assert answer.status_code in (403, 404)
    assert room.messages.get(number=held).status == "held"


@pytest.mark.parametrize("name", ["desk", "held", "muted"])
def test_the_desk_is_hidden_from_participants(room: Room, bob: Client, name: str) -> None:
    assert bob.get(address(name, room)).status_code == 404


def test_participants_sanction_nobody(room: Room, alice: Client, bob: Client) -> None:
    subject = person(room, "Alice").pk
    assert bob.post(address("mute", room, subject), {"seconds": "300"}).status_code == 403
    assert bob.post(address("words", room), {"words": "x"}).status_code == 403
    assert bob.post(address("schedule", room), {}).status_code == 403
    assert bob.post(address("change_role", room, subject), {"role": "owner"}).status_code == 403
    assert bob.post(address("ban", room, subject)).status_code == 403
    assert bob.post(address("slow", room, subject), {"seconds": "60"}).status_code == 403
    assert bob.post(address("mode", room, "is_paused"), {"value": "1"}).status_code == 403
    theirs = address("decide_theirs", room, subject)
    assert bob.post(theirs, {"decision": "remove"}).status_code in (403, 409)
    assert "Reason, which everybody sees" not in page(bob, address("person", room, subject))


HTMX = {"HX-Request": "true"}


def test_who_decides_at_the_desk_stays_there(room: Room, max_: Client, held: int) -> None:
    assert 'name="desk"' in page(max_, address("desk", room))
    answer = max_.post(address("approve", room, held), {"desk": "1"})
    assert answer["Location"] == address("desk", room)
    answer = max_.post(address("withhold", room, held))
    assert answer["Location"] == f"{address('room', room)}#m-{held}"


def test_what_was_decided_can_be_looked_at_again(
    room: Room, max_: Client, bob: Client, held: int, send: Send
) -> None:
    max_.post(address("reject", room, held), {"reason": "insult"})
    assert "Look at it again" in page(max_, address("message", room, held))
    read = send(bob, "Free for whom?")
    assert "Take down and look again" in page(max_, address("message", room, read))
    max_.post(address("remove", room, read), {"reason": "spam"})
    assert "Put it back" in page(max_, address("message", room, read))
    assert "Put it back" not in page(bob, address("message", room, read))
    max_.post(address("restore", room, read))
    max_.post(address("withhold", room, read))
    assert "which a moderator is looking at" in page(bob, address("room", room))
    html = page(max_, address("desk", room))
    assert "Was published." in html
    assert "A moderator wants it looked at again." in html


def test_who_handles_a_hold_is_named_to_the_others(
    olga: Client, room: Room, max_: Client, held: int
) -> None:
    max_.post(address("claim", room, held))
    assert "<bdi>Max</bdi> is handling this" in page(olga, address("desk", room))
    answer = olga.post(address("claim", room, held), headers=HTMX)
    assert answer.status_code == 409
    assert "Somebody else is handling this" in answer.content.decode()


def test_what_waits_comes_in_portions(
    monkeypatch: pytest.MonkeyPatch, room: Room, max_: Client, bob: Client, held: int, send: Send
) -> None:
    monkeypatch.setattr(desk, "SHOWN", 1)
    second = send(bob, "A guignol writes.")
    html = page(max_, address("desk", room))
    assert f'id="held-{held}"' in html
    assert f'id="held-{second}"' not in html
    assert '<p id="held-more"><a' in html
    max_.post(address("approve", room, held))
    html = page(max_, address("held", room))
    assert f'id="held-{second}"' in html
    assert '<p id="held-more" hx-swap-oob="true" hidden>' in html


def test_the_author_reads_what_becomes_of_a_hold(
    room: Room, max_: Client, alice: Client, held: int
) -> None:
    max_.post(address("hold_policy", room), {"outcome": "reject", "minutes": "20"})
    html = page(alice, address("room", room))
    assert "If nobody decides, it is rejected <time" in html
    assert "What waits for a moderator is rejected after 20 minutes" in html
    assert "You can change a message for 10 minutes" in html


def test_sanctions_stand_side_by_side_in_the_list(room: Room, max_: Client, alice: Client) -> None:
    subject = person(room, "Alice").pk
    max_.post(address("mute", room, subject), {"seconds": "300", "reason": "spam"})
    max_.post(address("slow", room, subject), {"seconds": "60", "reason": "spam"})
    html = page(max_, address("muted", room))
    assert "Unmute" in html
    assert "one message in 60 s" in html
