"""What other rooms are told of an initiative: where it comes from, and what belongs to it."""

from typing import Any, ClassVar

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event
from rooms.eventlog.payload import Context, Draft, Part, Payload
from rooms.eventlog.registry import event_type, name_of


class _Told(Payload, frozen=True):
    """``initiative`` is named by its room. Drafted by the machine alone, and logged once."""

    message: int
    initiative: int
    parts: ClassVar[tuple[Part, ...]] = (Part("log"),)

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        known = Event.objects.filter(room=ctx.room, type=name_of(self), **self.once())
        return known.values_list("seq", flat=True).first()

    def once(self) -> dict[str, Any]:
        """Return which events of this type say the same."""
        return {"payload__initiative": self.initiative}

    def permit(self, ctx: Context, draft: Draft) -> None:
        if draft.actor_id is not None:
            raise Refused(Code.FORBIDDEN)

    def linked_room_id(self) -> int:
        return self.initiative


@event_type("message.promoted")
class MessagePromoted(_Told, frozen=True):
    """What somebody said in this room became an initiative, which everybody may read by now."""

    def message_number(self, seq: int) -> int:
        return self.message


@event_type("report_back.published")
class ReportBackPublished(_Told, frozen=True):
    """An initiative that this room belongs to has reported back: by a message in its own room."""

    def once(self) -> dict[str, Any]:
        return {**super().once(), "payload__message": self.message}
