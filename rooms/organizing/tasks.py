"""Making tasks and their shifts, taking them, and handing them on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django_stubs_ext import StrOrPromise

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.organizing.checks import require_free, require_key
from rooms.organizing.crew_events import TaskHandedOver, TaskTaken
from rooms.organizing.events import ShiftAdded, TaskCancelled, TaskChanged, TaskCreated
from rooms.organizing.models import (
    BUSY,
    Announcement,
    AnnouncementText,
    Assignment,
    CalendarKey,
    State,
    Task,
    TaskText,
)
from rooms.organizing.promotion import TaskPromoted
from rooms.organizing.writing import log_words, optional
from rooms.people.models import Participant
from rooms.text import clean


@dataclass(frozen=True)
class TaskWords:
    """What people write about a task."""

    title: str
    place: str = ""
    role: str = ""
    note: str = ""

    @property
    def joined(self) -> str:
        """Return all of it, to be screened as one text."""
        return "\n".join(filter(None, (self.title, self.place, self.role, self.note)))


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
    from_room: Room | None = None,
) -> Task:
    """Make a task, from a message if one is named; the same ``client_id`` makes it once.

    ``from_room`` is the room of that message, where it is another one; whoever calls this has
    seen to it that the actor may read there.

    What a moderator would have to look at is refused: an organiser can put it in other words.
    Raises ``Refused``.
    """
    require_key(client_id)
    words = _cleaned(words)

    def build(policy: int) -> TaskCreated:
        fields = (client_id, from_message, starts_at, ends_at, capacity, policy)
        if from_room is None or from_room == room:
            return TaskCreated(*fields)
        return TaskPromoted(*fields, from_room.pk)

    return _make(room, actor, words, build)


def add_shift(
    *,
    room: Room,
    actor: Participant,
    client_id: str,
    number: int,
    starts_at: datetime,
    ends_at: datetime | None = None,
    capacity: int = 1,
    role: str = "",
    place: str = "",
) -> Task:
    """Give a task one more shift; the same ``client_id`` does it once.

    Where it says no role or place, those of the task hold. Raises ``Refused``.
    """
    require_key(client_id)
    words = TaskWords("", optional(place, 200), optional(role, 80))
    return _make(
        room,
        actor,
        words,
        lambda policy: ShiftAdded(client_id, None, starts_at, ends_at, capacity, policy, number),
    )


def clash_of(room: Room, number: int, person: Participant) -> StrOrPromise:
    """Return what else somebody is expected at while they do a task; "" for nothing.

    They were warned when they took it, but a task may have moved since.
    """
    task = Task.objects.filter(room=room, number=number, is_cancelled=False).first()
    comes = Assignment.objects.filter(task=task, participant=person, state__in=BUSY)
    try:
        if task is not None and comes.exists():
            require_free(task, person.pk)
    except Refused as refusal:
        return refusal.message
    return ""


def _make(
    room: Room, actor: Participant, words: TaskWords, build: Callable[[int], TaskCreated]
) -> Task:
    event = log_words(
        room=room,
        actor=actor,
        text=words.joined,
        build=build,
        keep=lambda event: _keep(event, event.seq, words),
    )
    return Task.objects.get(room=room, number=event.seq)


def change_task(
    *,
    room: Room,
    actor: Participant,
    number: int,
    client_id: str,
    words: TaskWords,
    starts_at: datetime | None,
    ends_at: datetime | None,
    capacity: int,
) -> Event:
    """Make a task or a shift another one; the same ``client_id`` does it once.

    A shift says what it leaves out as its task says it. Raises ``Refused``.
    """
    require_key(client_id)
    task = Task.objects.filter(room=room, number=number).first()
    words = _cleaned(words, needs_title=task is None or task.whole_id is None)
    text = TaskText.objects.filter(room=room, number=number).first()
    before = (task and task.starts_at, task and task.ends_at, text.place if text else "")
    moved = before != (starts_at, ends_at, words.place)
    return log_words(
        room=room,
        actor=actor,
        text=words.joined,
        build=lambda policy: TaskChanged(
            number, client_id, starts_at, ends_at, capacity, moved, policy
        ),
        keep=lambda event: _keep(event, number, words),
    )


def cancel_task(*, room: Room, actor: Participant, number: int) -> Event:
    """Cancel a task with its shifts; again by the same person changes nothing.

    Raises ``Refused``.
    """
    return append_one(room.pk, Draft(TaskCancelled(task=number), actor.pk))


def take_step(
    *,
    room: Room,
    actor: Participant,
    number: int,
    state: State,
    client_id: str,
    participant_id: int | None = None,
    despite: bool = False,
) -> Event:
    """Bring somebody, the actor if nobody is named, to another state of a task.

    Who says that they come and is expected elsewhere at that time is refused with
    ``Code.OVERLAPS``, unless they say that they come ``despite`` it.
    The same ``client_id`` does it once, however often it is sent. Raises ``Refused``.
    """
    require_key(client_id)
    person = actor.pk if participant_id is None else participant_id
    step = TaskTaken(number, person, state, client_id, despite)
    return append_one(room.pk, Draft(step, actor.pk))


def hand_over(
    *, room: Room, actor: Participant, number: int, participant_id: int, to: int, client_id: str
) -> Event:
    """Give somebody's place to another person, who is asked; the same ``client_id`` does it once.

    Raises ``Refused``.
    """
    require_key(client_id)
    step = TaskHandedOver(number, participant_id, to, client_id)
    return append_one(room.pk, Draft(step, actor.pk))


def _keep(event: Event, number: int, words: TaskWords) -> None:
    written = {**vars(words), "writer_id": event.actor_id}
    TaskText.objects.update_or_create(room=event.room, number=number, defaults=written)


def forget_tasks(person: Participant) -> None:
    """Delete what somebody wrote about tasks, what they announced, and their calendars' key."""
    texts = ((Announcement, AnnouncementText), (Task, TaskText))
    for made, text in texts:
        theirs = made.objects.filter(author=person).values("number")
        words = text.objects.filter(room=person.room_id)
        words.filter(Q(number__in=theirs) | Q(writer=person)).delete()
    CalendarKey.objects.filter(participant=person).delete()


def _cleaned(words: TaskWords, *, needs_title: bool = True) -> TaskWords:
    return TaskWords(
        clean(words.title, limit=120) if needs_title else optional(words.title, 120),
        optional(words.place, 200),
        optional(words.role, 80),
        optional(words.note, 1000),
    )
