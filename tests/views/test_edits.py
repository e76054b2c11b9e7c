"""Changing tasks, shifts and announcements by forms, and what the screens of others are told."""

from django.test import Client

from rooms.eventlog.backlog import backlog, present
from rooms.eventlog.models import Room
from rooms.eventlog.rendering import Audience, render
from tests.views.conftest import address, page
from tests.views.test_announcements import JSON, PIN, announce
from tests.views.test_organizing import room, tap, task
from tests.views.test_shifts import divide

__all__ = ["room", "task"]


def last_parts(room: Room) -> dict[str, str]:
    """Return what the last event of a room shows, by where."""
    (view,) = present(backlog(room.pk, Room.objects.get(pk=room.pk).head - 1))
    return {part.into: part.html for part in render(view, language="en", audience=Audience())}


def test_a_task_is_changed_by_the_form_it_is_shown_in(
    olga: Client, alice: Client, room: Room, task: int
) -> None:
    tap(alice, room, task, "offered")
    url = address("edit_task", room, task)
    assert 'value="Carry bags"' in page(olga, url) and 'value="2030-05-04T09:00"' in page(olga, url)
    form = {"title": "Carry boxes", "starts_at": "2030-05-04T10:00", "capacity": "3"}
    assert olga.post(url, {**form, "client_id": "e"})["Location"] == address("task", room, task)
    html = page(alice, address("board", room))
    assert "Carry boxes" in html and "1/3" in html and "10:00" in html
    parts = last_parts(room)
    assert "Task changed:" in parts["log"] and "Carry boxes" in parts[f"task-{task}"]
    assert alice.get(url).status_code == 404


def test_a_shift_is_changed_and_a_wrong_form_comes_back(
    olga: Client, room: Room, task: int
) -> None:
    shift = divide(olga, room, task)
    url = address("edit_task", room, shift)
    assert 'value="driver"' in page(olga, url) and 'name="title"' not in page(olga, url)
    form = {"starts_at": "2030-05-04T10:00", "role": "cook", "capacity": "1", "client_id": "e"}
    wrong = olga.post(url, {**form, "ends_at": "2030-05-04T09:00"})
    assert wrong.status_code == 422 and "A task ends after it starts." in wrong.content.decode()
    olga.post(url, form)
    html = page(olga, address("board", room))
    assert "cook" in html and "Carry bags" in html and "driver" not in html


def test_who_is_at_two_things_at_once_after_a_change_is_warned(
    olga: Client, alice: Client, bob: Client, room: Room, task: int
) -> None:
    morning = divide(olga, room, task)
    times = {"starts_at": "2030-05-04T14:00", "ends_at": "2030-05-04T15:00"}
    later = divide(olga, room, task, client_id="s2", **times)
    for shift in (morning, later):
        assert tap(alice, room, shift, "offered") == 200
    warning = "You are expected elsewhere at that time: Carry bags"
    assert warning not in page(alice, address("task", room, later))
    form = {"starts_at": "2030-05-04T09:30", "capacity": "2", "client_id": "e"}
    olga.post(address("edit_task", room, later), form)
    assert warning in page(alice, address("task", room, later))
    assert warning in page(alice, address("task", room, morning))
    assert warning not in page(bob, address("task", room, later))


def test_an_announcement_changed_quietly_is_not_pinned_again(
    olga: Client, alice: Client, bob: Client, room: Room
) -> None:
    number = announce(olga, room)
    alice.post(address("acknowledge", room, number), {"version": number})
    url = address("edit_announcement", room, number)
    assert "We leave at nine." in page(olga, url)
    olga.post(url, {"text": "We leave at 9.", "client_id": "e"})
    assert PIN not in page(alice, address("board", room))
    assert "We leave at 9." in page(bob, address("board", room))
    parts = last_parts(room)
    assert parts.keys() == {f"e-{number}", f"announcement-{number}"}
    assert all("We leave at 9." in html for html in parts.values())
    html = page(olga, address("announcements", room))
    assert "1 of them before it was changed" in html
    assert alice.get(url).status_code == 404


def test_an_announcement_asked_again_is_pinned_again(
    olga: Client, alice: Client, room: Room
) -> None:
    number = announce(olga, room)
    read = address("acknowledge", room, number)
    alice.post(read, {"version": number})
    url = address("edit_announcement", room, number)
    olga.post(url, {"text": "We leave at ten.", "again": "1", "client_id": "e"})
    assert PIN in page(alice, address("room", room))
    parts = last_parts(room)
    assert parts.keys() == {"log", f"e-{number}", "announcements"}
    late = alice.post(read, {"version": number}, headers=JSON)
    assert (late.status_code, late.json()["message"]) == (
        409,
        "It has changed since. Read it again.",
    )
    version = Room.objects.get(pk=room.pk).head
    assert f'name="version" value="{version}"' in parts["announcements"]
    assert alice.post(read, {"version": version}, headers=JSON).status_code == 200
    assert PIN not in page(alice, address("board", room))
