"""The action desk on the web: by plain forms, and as scripts ask."""

import re

import pytest
from django.test import Client

from rooms.eventlog.backlog import backlog, present
from rooms.eventlog.models import Room
from rooms.eventlog.rendering import Audience, render
from rooms.organizing.models import Assignment, Task
from tests.views.conftest import Send, address, make_room, page, person


@pytest.fixture
def room(olga: Client) -> Room:
    return make_room(olga, kind="action", title="Clean the river bank")


@pytest.fixture
def task(olga: Client, room: Room) -> int:
    fields = {"title": "Carry bags", "place": "Green bridge", "role": "strong arms"}
    times = {"starts_at": "2030-05-04T09:00", "ends_at": "2030-05-04T11:00"}
    form = {**fields, **times, "capacity": "1", "client_id": "t1"}
    answer = olga.post(address("new_task", room), form)
    made = Task.objects.get(room=room)
    assert answer["Location"] == f"{address('board', room)}#task-{made.number}"
    return made.number


def tap(client: Client, room: Room, number: int, state: str, **fields: object) -> int:
    form = {"state": state, "client_id": f"tap-{state}", **fields}
    asked = {"Accept": "application/json"}
    return client.post(address("task_step", room, number), form, headers=asked).status_code


def offered_taps(html: str) -> list[str]:
    """Return the states that the shown buttons of a board lead to."""
    return re.findall(r'value="(\w+)" class="[^"]*" data-before="[^"]*">', html)


def test_the_board_says_what_where_when_and_what_one_can_do(
    alice: Client, room: Room, task: int
) -> None:
    html = page(alice, address("board", room))
    for words in ("Carry bags", "Green bridge", "strong arms", "4 May, 09:00", "–11:00", "0/1"):
        assert words in html
    assert offered_taps(html) == ["offered"]
    assert "New task" not in html


def test_steps_by_plain_forms(olga: Client, alice: Client, room: Room, task: int) -> None:
    url = address("task_step", room, task)
    answer = alice.post(url, {"state": "offered", "client_id": "a"})
    assert answer["Location"] == f"{address('board', room)}#task-{task}"
    them = person(room, "Alice").pk
    confirming = {"state": "confirmed", "client_id": "o", "participant": them}
    assert olga.post(url, confirming)["Location"] == address("task", room, task)
    html = page(alice, address("board", room))
    assert html.index("My tasks") < html.index("Carry bags") < html.index("People wanted")
    assert offered_taps(html) == ["on_way", "here", "withdrawn"]
    refused = alice.post(url, {"state": "done", "client_id": "b"})
    assert refused.status_code == 409
    assert "This has changed meanwhile" in refused.content.decode()


def test_scripts_are_told_why_not(alice: Client, bob: Client, room: Room, task: int) -> None:
    assert tap(alice, room, task, "offered") == 200
    assert tap(alice, room, task, "offered") == 200, "the same tap again"
    assert tap(bob, room, task, "offered") == 409
    assert tap(alice, room, task, "flying") == 422
    assert Assignment.objects.count() == 1


def test_a_task_is_handed_over(alice: Client, bob: Client, room: Room, task: int) -> None:
    tap(alice, room, task, "offered")
    html = page(alice, address("task", room, task))
    assert "Hand my place over" in html
    assert re.findall(r"<option[^>]*>([^<]*)<", html) == ["Olga", "Bob"]
    alice.post(address("task_give", room, task), {"to": person(room, "Bob").pk, "client_id": "g"})
    assert offered_taps(page(bob, address("board", room))) == ["confirmed", "withdrawn"]


def test_a_task_made_from_a_message_leads_both_ways(
    olga: Client, alice: Client, room: Room, send: Send
) -> None:
    number = send(alice, "The fridge needs two people.")
    sheet = page(olga, address("message", room, number))
    assert f"{address('new_task', room)}?message={number}" in sheet
    form = page(olga, f"{address('new_task', room)}?message={number}")
    assert "The fridge needs two people." in form and "Alice" in form
    fields = {"title": "Fridge", "capacity": "2", "client_id": "f", "message": number}
    olga.post(address("new_task", room), fields)
    made = Task.objects.get(room=room)
    assert f"#m-{number}" in page(alice, address("task", room, made.number))
    assert "Fridge" in page(alice, address("message", room, number))
    assert "became a task" in page(alice, address("room", room))


def test_what_makes_no_sense_comes_back_with_the_reason(olga: Client, room: Room) -> None:
    form = {"title": "Bags", "capacity": "1", "client_id": "x", "ends_at": "2030-05-04T11:00"}
    answer = olga.post(address("new_task", room), form)
    assert answer.status_code == 422
    assert "A task ends after it starts." in answer.content.decode()
    assert 'value="Bags"' in answer.content.decode()


def test_participants_find_no_page_to_make_tasks(alice: Client, room: Room, task: int) -> None:
    assert alice.get(address("new_task", room)).status_code == 404
    assert alice.post(address("task_cancel", room, task)).status_code == 403


def test_a_debate_has_no_board(olga: Client, db: None) -> None:
    debate = make_room(olga)
    assert olga.get(address("board", debate)).status_code == 404


def test_what_is_pushed_is_the_same_for_all(alice: Client, room: Room, task: int) -> None:
    tap(alice, room, task, "offered")
    (view,) = present(backlog(room.pk, Room.objects.get(pk=room.pk).head - 1))
    (part,) = render(view, language="en", audience=Audience())
    assert (part.into, part.swap) == (f"task-{task}", "outerHTML")
    assert part.html.startswith(f'<li id="task-{task}"')
    assert f'data-person="{person(room, "Alice").pk}" data-state="offered"' in part.html
    assert offered_taps(part.html) == [], "each page shows the buttons for its reader"
