"""Who is told of what happens to tasks, shifts, meetups and announcements."""

from collections.abc import Iterable

from django_tasks import task as background

from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.registry import observers
from rooms.notifications.tell import tell
from rooms.organizing.announcement_events import AnnouncementMade, AnnouncementRenewed
from rooms.organizing.checks import get_task
from rooms.organizing.crew_events import TaskHandedOver, TaskTaken
from rooms.organizing.events import TaskCancelled, TaskChanged
from rooms.organizing.meetup_events import MeetupCancelled, MeetupChanged
from rooms.organizing.meetup_models import Answer, Meetup, Rsvp
from rooms.organizing.models import AHEAD, AWAY, Announcement, Assignment, State, Task
from rooms.organizing.reminders import ask_after, forget_reminders, remind
from rooms.organizing.rsvp_events import RsvpGiven, RsvpMovedUp
from rooms.organizing.seats import get_meetup
from rooms.organizing.stories import COMING
from rooms.people.guests import claimed
from rooms.people.models import Participant, User
from rooms.people.permissions import participant

BY_OTHERS = {
    State.ASKED: "task.asked",
    State.CONFIRMED: "task.confirmed",
    State.WITHDRAWN: "task.taken_off",
}
"""What people are told of steps that others took for them."""


def _taken(ctx: Context, entry: Entry, payload: TaskTaken) -> None:
    task, person = get_task(ctx, payload.task), participant(ctx, payload.participant)
    if entry.actor_id != person.pk and (name := BY_OTHERS.get(payload.state)):
        _tell(name, task, person, entry)
    if payload.state in COMING:
        remind(task, person)
        ask_after(task)
    elif payload.state in AWAY:
        forget_reminders(task, task.starts_at, person)


def _handed_over(ctx: Context, entry: Entry, payload: TaskHandedOver) -> None:
    task = get_task(ctx, payload.task)
    giver, taker = participant(ctx, payload.participant), participant(ctx, payload.to)
    forget_reminders(task, task.starts_at, giver)
    for name, person in (("task.taken_off", giver), ("task.asked", taker)):
        if entry.actor_id != person.pk:
            _tell(name, task, person, entry)


def _changed(ctx: Context, entry: Entry, payload: TaskChanged) -> None:
    task = get_task(ctx, payload.task)
    if not payload.moved:
        return
    forget_reminders(task, ctx.memo["start_before"])
    for one in _crew(task):
        if one.participant_id != entry.actor_id:
            _tell("task.moved", task, one.participant, entry)
        if one.state in COMING:
            remind(task, one.participant)
            ask_after(task)


def _cancelled(ctx: Context, entry: Entry, payload: TaskCancelled) -> None:
    task = get_task(ctx, payload.task)
    forget_reminders(task, task.starts_at)
    for one in _crew(task):
        if one.participant_id != entry.actor_id:
            _tell("task.cancelled", task, one.participant, entry)


def _crew(task: Task) -> Iterable[Assignment]:
    crew = Assignment.objects.filter(task=task, state__in=AHEAD)
    return crew.select_related("participant__user")


def _tell(name: str, task: Task, person: Participant, entry: Entry) -> None:
    if person.user is not None:
        args = {"task": task.pk, "participant": person.pk}
        tell(name, to=[person.user], args=args, key=f"{name}-{task.room_id}-{entry.seq}")


def _answered(ctx: Context, entry: Entry, payload: RsvpGiven) -> None:
    meetup, person = get_meetup(ctx, payload.meetup), participant(ctx, payload.participant)
    waits = Rsvp.objects.filter(meetup=meetup, participant=person, line_seq__isnull=False)
    if payload.answer is Answer.NO:
        forget_reminders(meetup, meetup.starts_at, person)
    elif not waits.exists():
        remind(meetup, person)


def _moved_up(ctx: Context, entry: Entry, payload: RsvpMovedUp) -> None:
    meetup, person = get_meetup(ctx, payload.meetup), participant(ctx, payload.participant)
    if person.user is not None:
        args = {"meetup": meetup.pk, "participant": person.pk}
        key = f"meetup-{meetup.pk}-up-{entry.seq}"
        tell("meetup.moved_up", to=[person.user], args=args, key=key)
        remind(meetup, person)


def _meetup_changed(ctx: Context, entry: Entry, payload: MeetupChanged) -> None:
    if payload.moved:
        meetup = get_meetup(ctx, payload.meetup)
        forget_reminders(meetup, ctx.memo["start_before"])
        tell_guests.enqueue("meetup.moved", meetup.pk, entry.seq, entry.actor_id)


def _meetup_cancelled(ctx: Context, entry: Entry, payload: MeetupCancelled) -> None:
    meetup = get_meetup(ctx, payload.meetup)
    forget_reminders(meetup, meetup.starts_at)
    tell_guests.enqueue("meetup.cancelled", meetup.pk, entry.seq, entry.actor_id)


@background()
def tell_guests(name: str, meetup_id: int, seq: int, actor_id: int | None) -> None:
    """Tell those who come, may come or wait; remind them anew of what takes place."""
    meetup = Meetup.objects.get(pk=meetup_id)
    rsvps = Rsvp.objects.filter(meetup=meetup).exclude(answer=Answer.NO)
    for rsvp in rsvps.select_related("participant__user").order_by("pk"):
        user = rsvp.participant.user
        if user is not None and rsvp.participant_id != actor_id:
            args = {"meetup": meetup_id, "participant": rsvp.participant_id}
            tell(name, to=[user], args=args, key=f"meetup-{meetup_id}-{seq}")
        if not meetup.is_cancelled and rsvp.line_seq is None:
            remind(meetup, rsvp.participant)


def _announced(ctx: Context, entry: Entry, payload: AnnouncementMade | AnnouncementRenewed) -> None:
    number = payload.announcement_number(entry.seq)
    tell_room.enqueue(ctx.room.pk, number, entry.seq, entry.actor_id)


@background()
def tell_room(room_id: int, number: int, version: int, actor_id: int | None) -> None:
    """Tell everybody in a room what is to be read; nobody twice."""
    room = Room.objects.get(pk=room_id)
    found = Announcement.objects.get(room=room, number=number)
    people = Participant.objects.filter(room=room, user__isnull=False, is_banned=False)
    people = people.filter(superseded_by=None).exclude(name_key="")
    for person in people.select_related("user").order_by("pk"):
        if person.pk == actor_id or person.user is None:
            continue
        args = {"announcement": found.pk, "version": version, "participant": person.pk}
        key = f"announcement-{found.pk}-{version}"
        tell("announcement.made", to=[person.user], args=args, key=key)


def _claimed(user: User) -> None:
    """Remind an account of what it took as the guest that it was."""
    mine = {"participant__user": user, "participant__superseded_by": None}
    for one in Assignment.objects.filter(**mine, state__in=COMING, task__is_cancelled=False):
        remind(one.task, one.participant)
    rsvps = Rsvp.objects.filter(**mine, line_seq=None, meetup__is_cancelled=False)
    for rsvp in rsvps.exclude(answer=Answer.NO):
        remind(rsvp.meetup, rsvp.participant)


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    if entry.folding:
        return
    match draft.payload:
        case TaskTaken() as payload:
            _taken(ctx, entry, payload)
        case TaskHandedOver() as payload:
            _handed_over(ctx, entry, payload)
        case TaskChanged() as payload:
            _changed(ctx, entry, payload)
        case TaskCancelled() as payload:
            _cancelled(ctx, entry, payload)
        case RsvpGiven() as payload:
            _answered(ctx, entry, payload)
        case RsvpMovedUp() as payload:
            _moved_up(ctx, entry, payload)
        case MeetupChanged() as payload:
            _meetup_changed(ctx, entry, payload)
        case MeetupCancelled() as payload:
            _meetup_cancelled(ctx, entry, payload)
        case AnnouncementMade() | AnnouncementRenewed() as payload:
            _announced(ctx, entry, payload)


observers.append(_observe)
claimed.append(_claimed)
