"""What people are told of tasks, shifts, meetups and announcements, in words.

Each is put in words when it is read: of what is no longer so, nothing is told.
"""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from rooms.eventlog.views import MeetupView, TaskView
from rooms.notifications.kinds import Args, Story, Topic, kind
from rooms.organizing.meetup_models import Answer, Meetup, Rsvp
from rooms.organizing.meetup_selectors import meetup_view
from rooms.organizing.models import (
    AWAY,
    Acknowledgement,
    Announcement,
    AnnouncementText,
    Assignment,
    State,
    Task,
)
from rooms.organizing.selectors import missing, task_view

COMING = (State.OFFERED, State.CONFIRMED)
"""Who is reminded: on the way, nobody needs it any more."""
EXCERPT = 200


@kind("task.asked", topic=Topic.ACTIONS, is_urgent=True)
def _asked(args: Args) -> Story | None:
    is_so = _state(args) == State.ASKED
    return _task(args, _("You are asked: %(title)s"), _("Say whether you can."), is_so)


@kind("task.confirmed", topic=Topic.ACTIONS)
def _confirmed(args: Args) -> Story | None:
    is_so = _state(args) == State.CONFIRMED
    return _task(args, _("You are expected: %(title)s"), "", is_so)


@kind("task.taken_off", topic=Topic.ACTIONS, is_urgent=True)
def _taken_off(args: Args) -> Story | None:
    is_so = _state(args) in AWAY
    return _task(args, _("You are no longer expected: %(title)s"), "", is_so)


@kind("task.moved", topic=Topic.ACTIONS, is_urgent=True)
def _moved(args: Args) -> Story | None:
    title = _("Another time or place: %(title)s")
    return _task(args, title, "", _state(args) not in ("", *AWAY))


@kind("task.cancelled", topic=Topic.ACTIONS, is_urgent=True)
def _cancelled(args: Args) -> Story | None:
    task = Task.objects.filter(pk=args["task"], is_cancelled=True).first()
    view = task and task_view(task.room, task.number)
    if not task or not view:
        return None
    title = _("Cancelled: %(title)s") % {"title": view.title or "—"}
    path = reverse("rooms:task", args=[task.room.slug, task.number])
    return Story(title, _("You need not come."), path)


@kind("task.soon", topic=Topic.ACTIONS, is_urgent=True)
def _soon(args: Args) -> Story | None:
    is_so = _state(args) in COMING and _starts(args["task"]) == args["start"]
    return _task(args, _("Soon: %(title)s"), "", is_so)


@kind("task.missing", topic=Topic.ACTIONS, is_urgent=True)
def _missing(args: Args) -> Story | None:
    task = Task.objects.filter(pk=args["task"]).first()
    late = missing(task.room, timezone.now()) if task else []
    is_so = any(task and view.number == task.number for view, _crew in late)
    title = _("Not seen 30 minutes after the start: %(title)s")
    return _task(args, title, _("Say who came."), is_so)


@kind("meetup.moved", topic=Topic.ACTIONS, is_urgent=True)
def _meetup_moved(args: Args) -> Story | None:
    line = _("Say whether you still come.")
    return _meetup(args, _("Another time or place: %(title)s"), line)


@kind("meetup.cancelled", topic=Topic.ACTIONS, is_urgent=True)
def _meetup_cancelled(args: Args) -> Story | None:
    return _meetup(args, _("Cancelled: %(title)s"), _("You need not come."), cancelled=True)


@kind("meetup.moved_up", topic=Topic.ACTIONS, is_urgent=True)
def _moved_up(args: Args) -> Story | None:
    if not _has_place(args):
        return None
    return _meetup(args, _("You have a place: %(title)s"), _("Somebody cannot come."))


@kind("meetup.soon", topic=Topic.ACTIONS, is_urgent=True)
def _meetup_soon(args: Args) -> Story | None:
    meetup = Meetup.objects.filter(pk=args["meetup"]).first()
    if meetup is None or int(meetup.starts_at.timestamp()) != args["start"]:
        return None
    return _meetup(args, _("Soon: %(title)s"), "") if _has_place(args) else None


@kind("announcement.made", topic=Topic.ACTIONS, is_urgent=True)
def _announced(args: Args) -> Story | None:
    found = Announcement.objects.filter(pk=args["announcement"]).select_related("room").first()
    if found is None or found.version != args["version"]:
        return None
    read = Acknowledgement.objects.filter(announcement=found, participant=args["participant"])
    text = AnnouncementText.objects.filter(room=found.room_id, number=found.number).first()
    if text is None or read.exists():
        return None
    title = _("To read: %(title)s") % {"title": found.room.title}
    path = reverse("rooms:board", args=[found.room.slug])
    return Story(title, Truncator(text.text).chars(EXCERPT), path)


def _state(args: Args) -> str:
    found = Assignment.objects.filter(task=args["task"], participant=args["participant"])
    return found.values_list("state", flat=True).first() or ""


def _starts(task: int) -> int | None:
    starts_at = Task.objects.filter(pk=task).values_list("starts_at", flat=True).first()
    return int(starts_at.timestamp()) if starts_at else None


def _has_place(args: Args) -> bool:
    mine = Rsvp.objects.filter(meetup=args["meetup"], participant=args["participant"])
    return mine.exclude(answer=Answer.NO).filter(line_seq=None).exists()


def _task(args: Args, title: str, line: str, is_so: bool) -> Story | None:
    task = Task.objects.filter(pk=args["task"], is_cancelled=False).select_related("room").first()
    view = task and task_view(task.room, task.number)
    if not is_so or task is None or not view:
        return None
    path = reverse("rooms:task", args=[task.room.slug, task.number])
    words = [_facts(view, view.place), line]
    return Story(title % {"title": view.title or "—"}, " ".join(filter(None, words)), path)


def _meetup(args: Args, title: str, line: str, *, cancelled: bool = False) -> Story | None:
    meetup = Meetup.objects.filter(pk=args["meetup"]).select_related("room").first()
    view = meetup and meetup_view(meetup.room, meetup.number)
    if meetup is None or not view or view.is_cancelled != cancelled:
        return None
    path = reverse("rooms:meetup", args=[meetup.room.slug, meetup.number])
    words = [_facts(view, view.where), line]
    return Story(title % {"title": view.title or "—"}, " ".join(filter(None, words)), path)


def _facts(view: TaskView | MeetupView, place: str) -> str:
    facts = [_when(view.starts_at) if view.starts_at else "", place]
    said = ", ".join(filter(None, facts))
    return f"{said}." if said else ""


def _when(at: datetime) -> str:
    return date_format(timezone.localtime(at), "l j F, H:i")
