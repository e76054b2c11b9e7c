"""What is decided comes with what undoes it: one tap, for one message, for many, for a person."""

import json
from typing import Any

import pytest
from django.test import Client

from rooms.eventlog.models import Room
from tests.views.conftest import Send, address, page, person

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def undoable(client: Client, url: str, form: dict[str, str]) -> dict[str, Any]:
    """Do something as a script does; return what the page is told about undoing it."""
    answer = client.post(url, form, headers=HTMX)
    assert answer.status_code == 204, answer.content
    told: dict[str, Any] = json.loads(answer["HX-Trigger"])["undoable"]
    return told


SANCTIONS = [
    ("mute", {"seconds": "300"}, "Muted.", "muted_until"),
    ("ban", {"reason": "hate"}, "Excluded from the room.", "is_banned"),
    ("slow", {"seconds": "60"}, "Slowed down.", "slow_seconds"),
]


@pytest.mark.parametrize(("name", "form", "said", "field"), SANCTIONS)
def test_a_sanction_comes_with_what_undoes_it(
    room: Room, max_: Client, alice: Client, name: str, form: dict[str, str], said: str, field: str
) -> None:
    told = undoable(max_, address(name, room, person(room, "Alice").pk), form)
    assert told["said"] == said
    assert getattr(person(room, "Alice"), field)
    assert max_.post(told["url"], told["values"], headers=HTMX).status_code == 204
    assert not getattr(person(room, "Alice"), field)


def test_a_mode_is_said_and_undone(room: Room, max_: Client, bob: Client) -> None:
    told = undoable(max_, address("mode", room, "slow_seconds"), {"value": "60"})
    assert told["said"] == "Slow mode, one message each in 60 seconds."
    html = page(bob, address("room", room))
    assert "Slow: 60 s" in html
    assert "Slow mode: one message each in 60 seconds." in html
    max_.post(told["url"], told["values"], headers=HTMX)
    assert "Slow: 60 s" not in page(bob, address("room", room))


def test_all_of_one_author_are_decided_and_taken_back(
    room: Room, max_: Client, alice: Client, held: int, send: Send
) -> None:
    read = send(alice, "Free for whom?")
    html = page(max_, address("message", room, held))
    assert "Reject the one that waits" in html
    assert "Remove the one published" in html
    theirs = address("decide_theirs", room, person(room, "Alice").pk)
    rejected = undoable(max_, theirs, {"decision": "reject", "reason": "insult"})
    removed = undoable(max_, theirs, {"decision": "remove", "reason": "insult"})
    assert removed["said"] == "1 message decided."
    assert dict(room.messages.values_list("number", "status")) == {
        held: "rejected",
        read: "removed",
    }
    answer = max_.post(theirs, {"decision": "reject", "reason": "insult"}, headers=HTMX)
    assert answer.status_code == 409, "nothing is left to decide"
    for told in (rejected, removed):
        max_.post(told["url"], told["values"], headers=HTMX)
    assert dict(room.messages.values_list("number", "status")) == {held: "held", read: "visible"}


def test_undoing_what_is_no_number_is_refused(room: Room, max_: Client) -> None:
    assert max_.post(address("undo", room), {"first": "1", "last": "x"}).status_code == 422
