"""A room's tasks, or somebody's own, as a calendar that other programs subscribe to."""

from django.utils import timezone
from icalendar import Calendar
from icalendar import Event as Entry

from rooms.eventlog.models import Room
from rooms.eventlog.views import TaskView
from rooms.organizing.models import AWAY, LENGTH, CalendarKey, new_key
from rooms.organizing.selectors import tasks_of
from rooms.organizing.steps import NEW
from rooms.people.models import Participant


def find_key(person: Participant) -> CalendarKey | None:
    """Return the key of somebody's calendars, if they asked for one."""
    return CalendarKey.objects.filter(participant=person).first()


def renew_key(person: Participant) -> CalendarKey:
    """Give somebody's calendars a new key; the one before opens nothing any more."""
    fields = {"key": new_key()}
    key, _created = CalendarKey.objects.update_or_create(participant=person, defaults=fields)
    return key


def reader_of(key: str) -> Participant | None:
    """Return whose key this is, while they may enter their room."""
    people = Participant.objects.select_related("room")
    return people.filter(calendarkey__key=key, is_banned=False).exclude(name_key="").first()


def calendar_of(person: Participant, *, only_mine: bool, host: str) -> bytes:
    """Return the tasks that have a time, those of one person or all, as iCalendar in UTC."""
    calendar = Calendar()
    calendar.add("prodid", "-//livedebate//tasks//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", person.room.title)
    for task in tasks_of(person.room_id):
        is_mine = task.state_of(person.pk) not in (NEW, *AWAY)
        if task.starts_at is not None and (is_mine or not only_mine):
            calendar.add_component(_entry(person.room, task, host))
    return bytes(calendar.to_ical())


def _entry(room: Room, task: TaskView, host: str) -> Entry:
    assert task.starts_at is not None, "only tasks that have a time are entered"
    entry = Entry()
    entry.add("uid", f"task-{room.pk}-{task.number}@{host}")
    entry.add("dtstamp", timezone.now())
    entry.add("dtstart", task.starts_at)
    entry.add("dtend", task.ends_at or task.starts_at + LENGTH)
    entry.add("summary", f"{task.title or '—'} ({task.role})" if task.role else task.title or "—")
    entry.add("location", task.place)
    entry.add("description", task.note)
    entry.add("status", "CANCELLED" if task.is_cancelled else "CONFIRMED")
    return entry
