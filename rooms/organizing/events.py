"""Events of tasks: made, cancelled, and how each person stands to them."""

from datetime import datetime
from typing import Any, ClassVar

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload
from rooms.eventlog.registry import ReadModel, event_type, observers, read_models
from rooms.messages.checks import require_calm, require_visible
from rooms.organizing.checks import (
    find_tap,
    get_task,
    moved_on,
    require_desk,
    require_live,
    require_place,
    require_sound,
)
from rooms.organizing.models import AHEAD, AWAY, Assignment, State, Task
from rooms.organizing.steps import NEW, leads
from rooms.people.events import ParticipantMerged
from rooms.people.permissions import participant
from rooms.people.roles import Action

_LINE = Part("log")
_CARD = Part("task-{task}", "outerHTML")


@event_type("task.created")
class TaskCreated(Payload, frozen=True):
    """Something is to be done; its number is this sequence. ``message``: what it was made from."""

    client_id: str
    message: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    capacity: int
    policy: int
    parts: ClassVar[tuple[Part, ...]] = (_LINE, Part("tasks"))

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        made = Task.objects.filter(author=draft.actor_id, client_id=self.client_id)
        return made.values_list("number", flat=True).first()

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_desk(ctx, draft, Action.ORGANISE)
        require_sound(self.capacity, self.starts_at, self.ends_at)
        if self.policy != ctx.room.policy_version:
            raise Refused(Code.POLICY_MOVED)
        if self.message is not None:
            require_visible(ctx, self.message)

    def apply(self, ctx: Context, entry: Entry) -> None:
        assert entry.actor_id is not None, "permit lets only participants make tasks"
        Task.objects.create(
            room=ctx.room,
            number=entry.seq,
            author_id=entry.actor_id,
            client_id=self.client_id,
            source_number=self.message,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            capacity=self.capacity,
        )

    def message_number(self, seq: int) -> int | None:
        return self.message

    def task_number(self, seq: int) -> int:
        return seq


@event_type("task.cancelled")
class TaskCancelled(Payload, frozen=True):
    """A task is not to be done after all; nobody takes it any more."""

    task: int
    parts: ClassVar[tuple[Part, ...]] = (_LINE, _CARD)

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_desk(ctx, draft, Action.ORGANISE)
        require_live(get_task(ctx, self.task))

    def apply(self, ctx: Context, entry: Entry) -> None:
        Task.objects.filter(room=ctx.room, number=self.task).update(is_cancelled=True)

    def task_number(self, seq: int) -> int:
        return self.task


@event_type("task.taken")
class TaskTaken(Payload, frozen=True):
    """Somebody stands to a task in another way than before; ``client_id`` names the tap."""

    task: int
    participant: int
    state: State
    client_id: str
    parts: ClassVar[tuple[Part, ...]] = (_CARD,)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        return find_tap(ctx, draft, "task.taken", task=self.task, client_id=self.client_id)

    def permit(self, ctx: Context, draft: Draft) -> None:
        actor = require_desk(ctx, draft, Action.TAKE_TASK)
        task = get_task(ctx, self.task)
        require_live(task)
        person = participant(ctx, self.participant)
        if person.is_erased or not person.may(Action.TAKE_TASK):
            raise Refused(Code.FORBIDDEN)
        mine, organises = person.pk == actor.pk, actor.may(Action.ORGANISE)
        if not mine and not organises:
            raise Refused(Code.FORBIDDEN)
        before = _state(task, self.participant)
        if not leads(self.state, before, mine=mine, organises=organises):
            raise moved_on()
        if before in (NEW, *AWAY):
            require_place(task)
        require_calm(ctx, actor, "task.taken")

    def apply(self, ctx: Context, entry: Entry) -> None:
        _put(get_task(ctx, self.task), self.participant, self.state, entry)

    def participant_id(self) -> int:
        return self.participant

    def task_number(self, seq: int) -> int:
        return self.task


@event_type("task.handed_over")
class TaskHandedOver(Payload, frozen=True):
    """Somebody gives their place to another person, who is asked."""

    task: int
    participant: int
    to: int
    parts: ClassVar[tuple[Part, ...]] = (_CARD,)

    def permit(self, ctx: Context, draft: Draft) -> None:
        actor = require_desk(ctx, draft, Action.TAKE_TASK)
        task = get_task(ctx, self.task)
        require_live(task)
        receiver = participant(ctx, self.to)
        if self.participant != actor.pk and not actor.may(Action.ORGANISE):
            raise Refused(Code.FORBIDDEN)
        if receiver.is_erased or receiver.is_banned or not receiver.may(Action.TAKE_TASK):
            raise Refused(Code.FORBIDDEN)
        if _state(task, self.participant) not in AHEAD:
            raise moved_on()
        if _state(task, self.to) not in (NEW, *AWAY):
            raise moved_on()

    def apply(self, ctx: Context, entry: Entry) -> None:
        task = get_task(ctx, self.task)
        _put(task, self.participant, State.WITHDRAWN, entry)
        _put(task, self.to, State.ASKED, entry)

    def participant_id(self) -> int:
        return self.participant

    def task_number(self, seq: int) -> int:
        return self.task


def _state(task: Task, person: int) -> str:
    found = Assignment.objects.filter(task=task, participant=person)
    return found.values_list("state", flat=True).first() or NEW


def _put(task: Task, person: int, state: State, entry: Entry) -> None:
    Assignment.objects.update_or_create(
        task=task, participant_id=person, defaults={"state": state, "seq": entry.seq}
    )


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Give an account the tasks of the guest that it was, where it has none of its own there."""
    if not isinstance(draft.payload, ParticipantMerged):
        return
    mine = Assignment.objects.filter(participant=draft.payload.participant).values("task")
    theirs = Assignment.objects.filter(participant=draft.payload.guest)
    theirs.exclude(task__in=mine).update(participant=draft.payload.participant)
    theirs.filter(state__in=AHEAD).update(state=State.WITHDRAWN, seq=entry.seq)


def _reset(room_id: int) -> None:
    Task.objects.filter(room=room_id).delete()


def _snapshot(room_id: int) -> Any:
    tasks = Task.objects.filter(room=room_id).order_by("number")
    about = ("number", "author", "client_id", "source_number", "starts_at", "ends_at")
    taken = Assignment.objects.filter(task__room=room_id).order_by("task__number", "participant")
    return [
        list(tasks.values_list(*about, "capacity", "is_cancelled")),
        list(taken.values_list("task__number", "participant", "state", "seq")),
    ]


observers.append(_observe)
read_models.append(ReadModel(_reset, _snapshot))
