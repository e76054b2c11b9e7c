"""A room's tasks and meetups, or somebody's own, as a calendar that other programs subscribe to."""

from datetime import datetime

from django.utils import timezone
from icalendar import Calendar
from icalendar import Event as Entry

from rooms.eventlog.models import Room
from rooms.eventlog.views import MeetupView, TaskView
from rooms.organizing.meetup_models import Answer
from rooms.organizing.meetup_selectors import meetups_of
from rooms.organizing.models import AWAY, LENGTH, CalendarKey, new_key
from rooms.organizing.selectors import tasks_of
from rooms.organizing.steps import NEW
from rooms.people.membership import can_read
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
    """Return whose key this is, while they may enter and read their room."""
    people = Participant.objects.select_related("room", "user").exclude(name_key="")
    person = people.filter(calendarkey__key=key, is_banned=False).first()
    if person is None or not can_read(room=person.room, participant=person, user=person.user):
        return None
    return person


def calendar_of(person: Participant, *, only_mine: bool, host: str) -> bytes:
    """Return what has a time, what one person does or all of it, as iCalendar in UTC."""
    calendar = Calendar()
    calendar.add("prodid", "-//livedebate//tasks//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", person.room.title)
    for task in tasks_of(person.room_id):
        is_mine = task.state_of(person.pk) not in (NEW, *AWAY)
        if task.starts_at is not None and (is_mine or not only_mine):
            calendar.add_component(_task(person.room, task, host))
    for meetup in meetups_of(person.room_id):
        mine = meetup.answer_of(person.pk)
        comes = mine is not None and mine.answer != Answer.NO and not mine.waits
        if comes or not only_mine:
            is_sure = mine is None or mine.answer == Answer.YES
            calendar.add_component(_meetup(person.room, meetup, host, is_sure=is_sure))
    return bytes(calendar.to_ical())


def _task(room: Room, task: TaskView, host: str) -> Entry:
    assert task.starts_at is not None, "only tasks that have a time are entered"
    title = task.title or "—"
    entry = _entry(f"task-{room.pk}-{task.number}@{host}", task.starts_at, task.ends_at)
    entry.add("summary", f"{title} ({task.role})" if task.role else title)
    entry.add("location", task.place)
    entry.add("description", task.note)
    entry.add("status", "CANCELLED" if task.is_cancelled else "CONFIRMED")
    return entry


def _meetup(room: Room, meetup: MeetupView, host: str, *, is_sure: bool) -> Entry:
    entry = _entry(f"meetup-{room.pk}-{meetup.number}@{host}", meetup.starts_at, meetup.ends_at)
    entry.add("summary", meetup.title or "—")
    entry.add("location", meetup.where)
    entry.add("description", meetup.note)
    held = "CONFIRMED" if is_sure else "TENTATIVE"
    entry.add("status", "CANCELLED" if meetup.is_cancelled else held)
    return entry


def _entry(uid: str, starts_at: datetime, ends_at: datetime | None) -> Entry:
    entry = Entry()
    entry.add("uid", uid)
    entry.add("dtstamp", timezone.now())
    entry.add("dtstart", starts_at)
    entry.add("dtend", ends_at or starts_at + LENGTH)
    return entry
