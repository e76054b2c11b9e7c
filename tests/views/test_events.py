"""Polling: the log for browsers whose sockets are blocked."""

from typing import Any

import pytest
from django.test import Client

from rooms.eventlog.models import Room
from tests.views.conftest import Send, address, browser, person

pytestmark = pytest.mark.django_db


def poll(
    client: Client, room: Room, after: int | str = 0, epoch: str | None = None
) -> dict[str, Any]:
    room.refresh_from_db()
    query = {"after": after, "epoch": room.epoch if epoch is None else epoch}
    answer = client.get(address("events", room), query)
    assert answer.status_code == 200
    result: dict[str, Any] = answer.json()
    return result


def parts(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(p["into"], p["html"]) for event in answer["events"] for p in event["parts"]]


def test_what_is_polled_is_what_the_page_shows(room: Room, alice: Client, send: Send) -> None:
    number = send(alice, "Who pays?")
    answer = poll(browser(), room)
    assert [event["seq"] for event in answer["events"]] == list(range(1, answer["head"] + 1))
    into, html = parts(answer)[-1]
    assert into == "log"
    assert html.startswith(f'<li id="m-{number}"')


def test_nothing_new_is_an_empty_list(room: Room) -> None:
    head = poll(browser(), room)["head"]
    assert poll(browser(), room, after=head)["events"] == []


def test_holds_reach_moderators_and_their_author_alone(
    olga: Client, room: Room, alice: Client, bob: Client, send: Send
) -> None:
    olga.post(address("words", room), {"words": "clown"})
    number = send(alice, "A clown.")
    seen = {
        name: {into for into, html in parts(poll(client, room)) if "clown" in html}
        for name, client in (("olga", olga), ("alice", alice), ("bob", bob))
    }
    assert seen == {"olga": {"held"}, "alice": {"own-holds"}, "bob": set()}
    olga.post(address("approve", room, number))
    assert {into for into, html in parts(poll(bob, room)) if "clown" in html} == {"log"}


def test_another_history_is_a_resync(room: Room) -> None:
    assert poll(browser(), room, epoch="other")["resync"] is True
    assert poll(browser(), room, after=10_000)["resync"] is True


@pytest.mark.parametrize("after", ["", "-1", "x", "1.5", "9" * 40, "²"])
def test_a_cursor_that_is_no_number_is_400(room: Room, after: str) -> None:
    answer = browser().get(address("events", room), {"after": after, "epoch": room.epoch})
    assert answer.status_code == 400


def test_the_answer_says_who_asks_and_what_they_may_do(
    room: Room, alice: Client, max_: Client
) -> None:
    assert poll(browser(), room)["you"] is None
    assert "mute" in poll(max_, room)["you"]["can"]
    max_.post(address("mute", room, person(room, "Alice").pk), {"seconds": "300"})
    assert poll(alice, room)["you"]["muted_until"] is not None


def test_posting_as_json_is_answered_like_the_socket(room: Room, alice: Client) -> None:
    headers = {"Accept": "application/json"}
    fields = {"client_id": "j1", "text": "Hello"}
    answer = alice.post(address("post", room), fields, headers=headers).json()
    assert answer["type"] == "ack"
    assert answer["status"] == "posted"
    assert alice.post(address("post", room), fields, headers=headers).json() == answer
    fields["text"] = "Other"
    refused = alice.post(address("post", room), fields, headers=headers)
    assert refused.status_code == 409
    assert refused.json()["code"] == "conflict"
