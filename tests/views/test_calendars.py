"""The run sheet, and calendars as other programs read them."""

from datetime import UTC, datetime

from django.test import Client
from icalendar import Calendar, Component

from rooms.eventlog.models import Room
from rooms.organizing.models import CalendarKey
from rooms.privacy.erasure import erase_participant
from tests.views.conftest import address, browser, page, person
from tests.views.test_organizing import room, tap, task

__all__ = ["room", "task"]


def entries(url: str, status: int = 200) -> list[Component]:
    """Return what a program reads that knows nothing but the address."""
    answer = browser().get(url)
    assert answer.status_code == status
    if status != 200:
        return []
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def key_of(client: Client, room: Room, name: str) -> str:
    client.post(address("calendars", room))
    return CalendarKey.objects.get(participant=person(room, name)).key


def test_the_run_sheet_names_tasks_places_and_people(alice: Client, room: Room, task: int) -> None:
    tap(alice, room, task, "offered")
    html = page(alice, address("run_sheet", room))
    for words in ("09:00–11:00", "Carry bags", "Green bridge", "Alice"):
        assert words in html


def test_a_calendar_has_the_right_instants(alice: Client, room: Room, task: int) -> None:
    key = key_of(alice, room, "Alice")
    assert f"/calendars/{key}/all.ics" in page(alice, address("calendars", room))
    (entry,) = entries(f"/calendars/{key}/all.ics")
    # 9 to 11 in Paris, in summer.
    assert entry.decoded("dtstart") == datetime(2030, 5, 4, 7, tzinfo=UTC)
    assert entry.decoded("dtend") == datetime(2030, 5, 4, 9, tzinfo=UTC)
    assert (entry["summary"], entry["location"]) == ("Carry bags (strong arms)", "Green bridge")


def test_my_calendar_has_my_tasks(olga: Client, alice: Client, room: Room, task: int) -> None:
    url = f"/calendars/{key_of(alice, room, 'Alice')}/mine.ics"
    assert entries(url) == []
    tap(alice, room, task, "offered")
    assert [entry["status"] for entry in entries(url)] == ["CONFIRMED"]
    olga.post(address("task_cancel", room, task))
    assert [entry["status"] for entry in entries(url)] == ["CANCELLED"]


def test_a_renewed_key_ends_the_old_one(alice: Client, room: Room, task: int) -> None:
    old = key_of(alice, room, "Alice")
    new = key_of(alice, room, "Alice")
    entries(f"/calendars/{old}/all.ics", 404)
    assert len(entries(f"/calendars/{new}/all.ics")) == 1
    erase_participant(person(room, "Alice"))
    entries(f"/calendars/{new}/all.ics", 404)


def test_strangers_get_no_key(room: Room) -> None:
    assert browser().post(address("calendars", room)).status_code == 404
