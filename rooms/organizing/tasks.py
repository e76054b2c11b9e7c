"""Making tasks, taking them, and handing them on."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.messages.posting import ATTEMPTS, screen_text
from rooms.moderation.policy import refresh_rules
from rooms.moderation.screening import Outcome
from rooms.organizing.events import TaskCancelled, TaskCreated, TaskHandedOver, TaskTaken
from rooms.organizing.models import (
    Announcement,
    AnnouncementText,
    CalendarKey,
    State,
    Task,
    TaskText,
)
from rooms.people.models import Participant
from rooms.people.roles import Action
from rooms.text import clean


@dataclass(frozen=True)
class TaskWords:
    """What people write about a task."""

    title: str
    place: str = ""
    role: str = ""
    note: str = ""


def create_task(
    *,
    room: Room,
    actor: Participant,
    client_id: str,
    words: TaskWords,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    capacity: int = 1,
    from_message: int | None = None,
) -> Task:
    """Make a task, from a message if one is named; the same ``client_id`` makes it once.

    What a moderator would have to look at is refused: an organiser can put it in other words.
    Raises ``Refused``.
    """
    if not 1 <= len(client_id) <= 64 or not client_id.isprintable():
        raise Refused(Code.BAD_SHAPE)
    if not actor.may(Action.ORGANISE):
        raise Refused(Code.FORBIDDEN)
    words = _cleaned(words)
    for attempt in range(1, ATTEMPTS + 1):
        _screen(room, actor, words)
        policy = room.policy_version
        payload = TaskCreated(client_id, from_message, starts_at, ends_at, capacity, policy)
        try:
            return _log(room, actor, payload, words)
        except Refused as refusal:
            if refusal.code is not Code.POLICY_MOVED or attempt == ATTEMPTS:
                raise
            refresh_rules(room)
    raise AssertionError("unreachable")


def cancel_task(*, room: Room, actor: Participant, number: int) -> Event:
    """Cancel a task; raises ``Refused``."""
    return append_one(room.pk, Draft(TaskCancelled(task=number), actor.pk))


def take_step(
    *,
    room: Room,
    actor: Participant,
    number: int,
    state: State,
    client_id: str,
    participant_id: int | None = None,
) -> Event:
    """Bring somebody, the actor if nobody is named, to another state of a task.

    The same ``client_id`` does it once, however often it is sent. Raises ``Refused``.
    """
    if not 1 <= len(client_id) <= 64 or not client_id.isprintable():
        raise Refused(Code.BAD_SHAPE)
    person = actor.pk if participant_id is None else participant_id
    return append_one(room.pk, Draft(TaskTaken(number, person, state, client_id), actor.pk))


def hand_over(
    *, room: Room, actor: Participant, number: int, participant_id: int, to: int
) -> Event:
    """Give somebody's place to another person, who is asked; raises ``Refused``."""
    return append_one(room.pk, Draft(TaskHandedOver(number, participant_id, to), actor.pk))


def forget_tasks(person: Participant) -> None:
    """Delete what somebody wrote about tasks, what they announced, and their calendars' key."""
    told = Announcement.objects.filter(author=person).values("number")
    AnnouncementText.objects.filter(room=person.room_id, number__in=told).delete()
    CalendarKey.objects.filter(participant=person).delete()
    made = Task.objects.filter(author=person).values("number")
    TaskText.objects.filter(room=person.room_id, number__in=made).delete()


def _cleaned(words: TaskWords) -> TaskWords:
    def optional(raw: str, limit: int) -> str:
        return clean(raw, limit=limit) if raw.strip() else ""

    return TaskWords(
        clean(words.title, limit=120),
        optional(words.place, 200),
        optional(words.role, 80),
        optional(words.note, 1000),
    )


def _screen(room: Room, actor: Participant, words: TaskWords) -> None:
    text = "\n".join(filter(None, (words.title, words.place, words.role, words.note)))
    verdict = screen_text(room=room, author=actor, text=text, is_edit=True)
    if verdict.outcome is Outcome.HOLD:
        raise Refused(Code.HELD, verdict.reason, rule=verdict.rule, span=verdict.span)


def _log(room: Room, actor: Participant, payload: TaskCreated, words: TaskWords) -> Task:
    with transaction.atomic():
        event = append_one(room.pk, Draft(payload, actor.pk))
        TaskText.objects.get_or_create(room=room, number=event.seq, defaults=vars(words))
    return Task.objects.get(room=room, number=event.seq)
