"""Whatever an action room is sent twice, as by a phone that has heard no answer, it does once."""

import pytest
from django.test import Client

from rooms.eventlog.models import Event, Room
from tests.views.conftest import address, person
from tests.views.test_announcements import announce
from tests.views.test_meetups import FORM, meetup, say
from tests.views.test_organizing import room, tap, task

__all__ = ["meetup", "room", "task"]
JSON = {"Accept": "application/json"}
TASK = {"title": "Bags", "capacity": "1", "starts_at": "2030-05-04T09:00"}
SHIFT = {"starts_at": "2030-05-04T09:00", "capacity": "1"}

SENT_BY_OLGA = {
    "new_task": TASK,
    "new_shift": SHIFT,
    "edit_task": TASK,
    "task_cancel": {},
    "task_step": {"state": "asked", "participant": "Alice"},
    "announcements": {"text": "We leave at nine."},
    "edit_announcement": {"text": "We leave at ten.", "again": "1"},
    "new_meetup": FORM,
    "edit_meetup": {**FORM, "capacity": "9"},
    "cancel_meetup": {},
}
SENT_BY_ALICE = {
    "task_step": {"state": "offered"},
    "task_give": {"to": "Bob"},
    "acknowledge": {},
    "rsvp": {"answer": "yes", "companions": "0"},
}


@pytest.fixture
def announcement(olga: Client, room: Room) -> int:
    return announce(olga, room)


@pytest.mark.parametrize(
    ("who", "name"),
    [*(("olga", name) for name in SENT_BY_OLGA), *(("alice", name) for name in SENT_BY_ALICE)],
)
def test_what_is_sent_twice_is_done_once(
    olga: Client,
    alice: Client,
    bob: Client,
    room: Room,
    task: int,
    meetup: int,
    announcement: int,
    who: str,
    name: str,
) -> None:
    sender, forms = (olga, SENT_BY_OLGA) if who == "olga" else (alice, SENT_BY_ALICE)
    if name == "task_give":
        tap(alice, room, task, "offered")
    people = {one: str(person(room, one).pk) for one in ("Alice", "Bob")}
    form = {key: people.get(value, value) for key, value in forms[name].items()}
    about = {"task": task, "shift": task, "meetup": meetup, "rsvp": meetup}
    number = next((n for word, n in about.items() if word in name), announcement)
    is_new = name in ("new_task", "new_meetup", "announcements")
    url = address(name, room, *([] if is_new else [number]))
    before = Room.objects.get(pk=room.pk).head
    answers = [sender.post(url, {**form, "client_id": "once"}, headers=JSON) for _ in range(2)]
    first, again = ((one.status_code, one.get("Location")) for one in answers)
    assert first == again and first[0] in (200, 302)
    assert Event.objects.filter(room=room, seq__gt=before).count() == 1


def test_an_answer_that_moves_others_up_does_so_once(
    alice: Client, bob: Client, room: Room, meetup: int
) -> None:
    for client in (alice, bob):
        say(client, room, meetup, "yes")
    for _again in range(2):
        assert say(alice, room, meetup, "no", client_id="once") == 200
    moved = Event.objects.filter(room=room, type="rsvp.moved_up")
    assert moved.count() == 1
