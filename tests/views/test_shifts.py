"""Shifts on the web: divided by a form, taken on the board, in the sheet and the calendars."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from rooms.eventlog.backlog import backlog, present
from rooms.eventlog.models import Room
from rooms.eventlog.rendering import Audience, render
from rooms.organizing.models import Task
from tests.views.conftest import address, page, person
from tests.views.test_calendars import entries, key_of
from tests.views.test_organizing import offered_taps, room, tap, task

__all__ = ["room", "task"]


def divide(olga: Client, room: Room, task: int, **fields: object) -> int:
    form = {"starts_at": "2030-05-04T09:00", "ends_at": "2030-05-04T10:00", "role": "driver"}
    sent = {**form, "capacity": "1", "client_id": "s1", **fields}
    answer = olga.post(address("new_shift", room, task), sent)
    assert answer.status_code == 302, answer.content.decode()
    return Task.objects.filter(whole__number=task).latest("number").number


def test_a_shift_stands_for_its_task_on_the_board(
    olga: Client, alice: Client, room: Room, task: int
) -> None:
    shift = divide(olga, room, task)
    html = page(alice, address("board", room))
    assert f'id="task-{shift}"' in html and f'id="task-{task}"' not in html
    for words in ("Carry bags", "driver", "09:00", "–10:00"):
        assert words in html
    (view,) = present(backlog(room.pk, shift - 1))
    parts = render(view, language="en", audience=Audience())
    assert [(part.into, part.swap) for part in parts[1:]] == [
        ("tasks", "beforeend"),
        (f"task-{task}", "delete"),
    ]
    assert offered_taps(page(alice, address("task", room, task))) == ["offered"]
    assert "A shift of" in page(alice, address("task", room, shift))


def test_the_next_shift_begins_where_the_last_one_ends(
    olga: Client, alice: Client, room: Room, task: int
) -> None:
    divide(olga, room, task)
    html = page(olga, address("new_shift", room, task))
    assert 'value="2030-05-04T10:00"' in html and 'value="2030-05-04T11:00"' in html
    assert alice.get(address("new_shift", room, task)).status_code == 404
    backwards = {"starts_at": "2030-05-04T10:00", "ends_at": "2030-05-04T09:00"}
    form = {**backwards, "capacity": "1", "client_id": "s2"}
    answer = olga.post(address("new_shift", room, task), form)
    assert answer.status_code == 422
    assert "A task ends after it starts." in answer.content.decode()


def test_two_at_once_are_taken_only_after_a_warning(
    olga: Client, alice: Client, room: Room, task: int
) -> None:
    one = divide(olga, room, task)
    two = divide(olga, room, task, client_id="s2", role="cook")
    assert tap(alice, room, one, "offered") == 200
    url = address("task_step", room, two)
    warned = alice.post(url, {"state": "offered", "client_id": "w"})
    assert warned.status_code == 409
    assert "Carry bags, 09:00 to 10:00" in warned.content.decode()
    assert tap(alice, room, two, "offered", client_id="x") == 409
    alice.post(url, {"state": "offered", "client_id": "d", "despite": "1"})
    assert offered_taps(page(alice, address("board", room))) == ["withdrawn", "withdrawn"]


def test_the_run_sheet_and_my_calendar_have_my_shift(
    olga: Client, alice: Client, room: Room, task: int
) -> None:
    shift = divide(olga, room, task)
    tap(alice, room, shift, "offered")
    html = page(alice, address("run_sheet", room))
    assert "driver" in html and "09:00–10:00" in html and "09:00–11:00" not in html
    (entry,) = entries(f"/calendars/{key_of(alice, room, 'Alice')}/mine.ics")
    assert str(entry["summary"]) == "Carry bags (driver)"


def test_organisers_are_asked_about_who_was_not_seen(
    olga: Client, alice: Client, room: Room
) -> None:
    start = timezone.localtime() - timedelta(minutes=40)
    times = {"starts_at": f"{start:%Y-%m-%dT%H:%M}"}
    olga.post(
        address("new_task", room), {"title": "Bags", "capacity": 1, "client_id": "t", **times}
    )
    number = Task.objects.get().number
    tap(alice, room, number, "offered")
    tap(olga, room, number, "confirmed", participant=person(room, "Alice").pk)
    assert "Not seen 30 minutes after the start" in page(olga, address("board", room))
    assert "not seen 30 minutes" in page(olga, address("task", room, number))
    for name in ("board", "task"):
        url = address(name, room, *([number] if name == "task" else []))
        assert "30 minutes after the start" not in page(alice, url), "nobody else is told"
