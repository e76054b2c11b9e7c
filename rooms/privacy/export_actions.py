"""What is known of a person about what they organised and took part in, for that person."""

from typing import Any

from django.db.models import Q

from rooms.organizing.meetup_models import Meetup, MeetupText, Rsvp
from rooms.organizing.models import (
    Announcement,
    AnnouncementText,
    Assignment,
    CalendarKey,
    Task,
    TaskText,
)
from rooms.people.models import Participant


def actions_of(person: Participant) -> dict[str, Any]:
    """Return all that somebody organised or took in one room."""
    keys = CalendarKey.objects.filter(participant=person)
    return {
        "tasks": _tasks(person),
        "announcements": _announcements(person),
        "meetups": _meetups(person),
        "answers": _answers(person),
        "calendar_key": keys.values_list("key", flat=True).first(),
    }


def _tasks(person: Participant) -> list[dict[str, Any]]:
    """Return the tasks that somebody made, with their words, and those that they took."""
    found = []
    taken = dict(Assignment.objects.filter(participant=person).values_list("task", "state"))
    theirs = Task.objects.filter(Q(author=person) | Q(pk__in=taken)).select_related("whole")
    fields = ("title", "place", "role", "note")
    for task in theirs.order_by("number"):
        is_author = task.author_id == person.pk
        words = TaskText.objects.filter(room=task.room_id, number=task.number).values(*fields)
        found.append(
            {
                "number": task.number,
                "shift_of": task.whole.number if task.whole else None,
                "made_by_you": is_author,
                "your_state": taken.get(task.pk, ""),
                "starts_at": task.starts_at,
                "ends_at": task.ends_at,
                "words": words.first() if is_author else None,
            }
        )
    return found


def _announcements(person: Participant) -> list[dict[str, Any]]:
    """Return what somebody announced. What they acknowledged is in the log."""
    made = Announcement.objects.filter(author=person).order_by("number")
    texts = AnnouncementText.objects.filter(room=person.room_id, number__in=made.values("number"))
    said = dict(texts.values_list("number", "text"))
    return [{**row, "text": said.get(row["number"], "")} for row in made.values("number", "at")]


def _meetups(person: Participant) -> list[dict[str, Any]]:
    """Return the meetups that somebody called, with their words."""
    called = Meetup.objects.filter(author=person).order_by("number")
    texts = MeetupText.objects.filter(room=person.room_id, number__in=called.values("number"))
    fields = ("title", "town", "spot", "note")
    said = {text["number"]: text for text in texts.values("number", *fields)}
    rows = called.values("number", "starts_at", "ends_at", "place", "is_cancelled")
    return [{**row, "words": said.get(row["number"])} for row in rows]


def _answers(person: Participant) -> list[dict[str, Any]]:
    """Return what somebody answered to meetups."""
    mine = Rsvp.objects.filter(participant=person).order_by("meetup__number")
    return list[Any](mine.values("meetup__number", "answer", "companions", "line_seq", "seq"))
