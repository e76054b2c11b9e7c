"""Events of tasks and their shifts: made, changed, and cancelled."""

from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload
from rooms.eventlog.registry import ReadModel, event_type, read_models
from rooms.messages.checks import require_visible
from rooms.organizing.checks import (
    crew_size,
    find_tap,
    get_task,
    require_desk,
    require_divisible,
    require_live,
    require_sound,
)
from rooms.organizing.models import Assignment, Task
from rooms.people.roles import Action

LINE = Part("log")
CARD = Part("task-{task}", "outerHTML")


@event_type("task.created")
class TaskCreated(Payload, frozen=True):
    """Something is to be done; its number is this sequence. ``message``: what it was made from."""

    client_id: str
    message: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    capacity: int
    policy: int
    parts: ClassVar[tuple[Part, ...]] = (LINE, Part("tasks"))

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        made = Task.objects.filter(author=draft.actor_id, client_id=self.client_id)
        return made.values_list("number", flat=True).first()

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_desk(ctx, draft, Action.ORGANISE)
        require_sound(self.capacity, self.starts_at, self.ends_at)
        if self.policy != ctx.room.policy_version:
            raise Refused(Code.POLICY_MOVED)
        self.require_source(ctx)

    def require_source(self, ctx: Context) -> None:
        """Raise ``Refused`` if the message it is made from cannot be read any more."""
        if self.message is not None:
            require_visible(ctx, self.message)

    def source_room_id(self) -> int | None:
        """Return the room of that message, where it is another one."""
        return None

    def apply(self, ctx: Context, entry: Entry) -> None:
        self.make(ctx, entry)

    def make(self, ctx: Context, entry: Entry, whole: Task | None = None) -> None:
        """Make the task, or the shift of one."""
        assert entry.actor_id is not None, "permit lets only participants make tasks"
        Task.objects.create(
            room=ctx.room,
            number=entry.seq,
            author_id=entry.actor_id,
            client_id=self.client_id,
            source_room_id=self.source_room_id(),
            source_number=self.message,
            whole=whole,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            capacity=self.capacity,
        )

    def message_number(self, seq: int) -> int | None:
        return self.message

    def task_number(self, seq: int) -> int:
        return seq


@event_type("shift.added")
class ShiftAdded(TaskCreated, frozen=True):
    """A task has one more shift, named by this sequence; from now on its shifts are taken.

    ``task`` is the task; it goes from the board, where its shifts stand for it.
    """

    task: int
    parts: ClassVar[tuple[Part, ...]] = (LINE, Part("tasks"), Part("task-{of}", "delete"))

    def permit(self, ctx: Context, draft: Draft) -> None:
        super().permit(ctx, draft)
        if self.starts_at is None or self.message is not None:
            raise Refused(Code.BAD_SHAPE)
        task = get_task(ctx, self.task)
        require_live(task)
        require_divisible(task)

    def apply(self, ctx: Context, entry: Entry) -> None:
        self.make(ctx, entry, get_task(ctx, self.task))


@event_type("task.changed")
class TaskChanged(Payload, frozen=True):
    """A task or a shift is another now. ``moved``: its time or its place is."""

    task: int
    client_id: str
    starts_at: datetime | None
    ends_at: datetime | None
    capacity: int
    moved: bool
    policy: int
    parts: ClassVar[tuple[Part, ...]] = (LINE, CARD)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        return find_tap(ctx, draft, "task.changed", task=self.task, client_id=self.client_id)

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_desk(ctx, draft, Action.ORGANISE)
        task = get_task(ctx, self.task)
        require_live(task)
        require_sound(self.capacity, self.starts_at, self.ends_at)
        if task.whole is not None and self.starts_at is None:
            raise Refused(Code.BAD_SHAPE)
        if crew_size(task) > self.capacity:
            raise Refused(Code.CONFLICT, _("More people than that take part already."))
        if self.policy != ctx.room.policy_version:
            raise Refused(Code.POLICY_MOVED)

    def apply(self, ctx: Context, entry: Entry) -> None:
        task = get_task(ctx, self.task)
        ctx.memo["start_before"] = task.starts_at
        task.starts_at, task.ends_at = self.starts_at, self.ends_at
        task.capacity = self.capacity
        task.save()

    def task_number(self, seq: int) -> int:
        return self.task


@event_type("task.cancelled")
class TaskCancelled(Payload, frozen=True):
    """A task, with all its shifts, is not to be done after all; nobody takes it any more."""

    task: int
    parts: ClassVar[tuple[Part, ...]] = (LINE, CARD)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        return find_tap(ctx, draft, "task.cancelled", task=self.task)

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_desk(ctx, draft, Action.ORGANISE)
        require_live(get_task(ctx, self.task))

    def apply(self, ctx: Context, entry: Entry) -> None:
        Task.objects.filter(room=ctx.room, number=self.task).update(is_cancelled=True)
        shifts = Task.objects.filter(room=ctx.room, whole__number=self.task, is_cancelled=False)
        for number in shifts.order_by("number").values_list("number", flat=True):
            ctx.then.append(Draft(TaskCancelled(number), entry.actor_id))

    def task_number(self, seq: int) -> int:
        return self.task


def _reset(room_id: int) -> None:
    Task.objects.filter(room=room_id).delete()


def _snapshot(room_id: int) -> Any:
    tasks = Task.objects.filter(room=room_id).order_by("number")
    about = ("number", "author", "client_id", "source_room", "source_number", "whole__number")
    taken = Assignment.objects.filter(task__room=room_id).order_by("task__number", "participant")
    return [
        list(tasks.values_list(*about, "starts_at", "ends_at", "capacity", "is_cancelled")),
        list(taken.values_list("task__number", "participant", "state", "seq")),
    ]


read_models.append(ReadModel(_reset, _snapshot))
