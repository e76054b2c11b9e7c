"""Tasks made from what was said in another room: told in both, and shown both ways."""

from typing import ClassVar

from rooms.eventlog.elsewhere import append_elsewhere
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload
from rooms.eventlog.registry import event_type
from rooms.messages.models import Message
from rooms.organizing.events import LINE, TaskCreated
from rooms.organizing.models import Task


@event_type("task.promoted")
class TaskPromoted(TaskCreated, frozen=True):
    """Something is to be done that somebody asked for elsewhere: ``message`` of ``room``."""

    room: int
    parts: ClassVar[tuple[Part, ...]] = (LINE, Part("tasks"))

    def require_source(self, ctx: Context) -> None:
        said = Message.objects.filter(room=self.room, number=self.message or 0)
        if not said.filter(status=Message.Status.VISIBLE).exists():
            raise Refused(Code.NOT_FOUND)

    def source_room_id(self) -> int:
        return self.room

    def apply(self, ctx: Context, entry: Entry) -> None:
        self.make(ctx, entry)
        if not entry.folding and self.message is not None:
            told = MessageTasked(self.message, ctx.room.pk, entry.seq)
            append_elsewhere(self.room, Draft(told, None))

    def message_number(self, seq: int) -> None:
        return None

    def linked_room_id(self) -> int:
        return self.room


@event_type("message.tasked")
class MessageTasked(Payload, frozen=True):
    """What somebody said in this room is being done: ``task`` of ``room``.

    Drafted by the machine alone, and logged once.
    """

    message: int
    room: int
    task: int
    parts: ClassVar[tuple[Part, ...]] = (LINE,)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        same = {f"payload__{name}": getattr(self, name) for name in ("message", "room", "task")}
        known = Event.objects.filter(room=ctx.room, type="message.tasked", **same)
        return known.values_list("seq", flat=True).first()

    def permit(self, ctx: Context, draft: Draft) -> None:
        if draft.actor_id is not None:
            raise Refused(Code.FORBIDDEN)

    def message_number(self, seq: int) -> int:
        return self.message

    def linked_room_id(self) -> int:
        return self.room


def promoted_from(room: Room, message: int) -> list[Task]:
    """Return the tasks of other rooms that were made from a message, with their rooms."""
    found = Task.objects.filter(source_room=room, source_number=message)
    return list(found.select_related("room").order_by("pk"))
