"""Events of messages by those who write. Their texts travel beside the payload, never in it."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload, To
from rooms.eventlog.registry import ReadModel, event_type, read_models
from rooms.messages import vault
from rooms.messages.batch import add, find_sent
from rooms.messages.checks import (
    get_message,
    guards,
    is_own,
    require_calm,
    require_floor,
    require_pace,
    require_visible,
)
from rooms.messages.models import Message, MessageBody, Reaction, VaultedBody
from rooms.messages.selectors import new_view
from rooms.people.permissions import participant
from rooms.people.roles import Action


class _Sent(Payload, frozen=True):
    """What a posted and a held message have in common: one send by one author, logged once.

    ``policy`` is the version of the room's rules that the text was judged under.
    """

    client_id: str
    digest: str
    side: str
    reply_to: int | None
    policy: int
    adds: ClassVar[bool] = True

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        sent = find_sent(ctx, (draft.actor_id, self.client_id))
        if sent is not None and sent.digest != self.digest:
            raise Refused(Code.CONFLICT)
        return sent.number if sent else None

    def permit(self, ctx: Context, draft: Draft) -> None:
        author = require_floor(ctx, draft, Action.POST)
        require_pace(ctx, author)
        if self.policy != ctx.room.policy_version:
            raise Refused(Code.POLICY_MOVED)
        if self.reply_to is not None:
            require_visible(ctx, self.reply_to)

    def message_number(self, seq: int) -> int:
        return seq

    def create(
        self, ctx: Context, entry: Entry, body: type[MessageBody | VaultedBody], **extra: Any
    ) -> None:
        """Make the message, and its text where everybody or where moderators read."""
        assert entry.actor_id is not None, "permit lets only participants send"
        message = Message(
            room=ctx.room,
            number=entry.seq,
            author_id=entry.actor_id,
            client_id=self.client_id,
            digest=self.digest,
            at=entry.at,
            side=self.side,
            reply_to=self.reply_to,
            **extra,
        )
        text = {"room": ctx.room, "number": entry.seq, "revision": 0, "text": entry.text}
        add(ctx, message, None if entry.folding else body(**text))
        if self.reply_to is None and not entry.folding:
            author = participant(ctx, entry.actor_id)
            ctx.views[entry.seq] = new_view(message, author, entry.text)


@event_type("message.posted")
class MessagePosted(_Sent, frozen=True):
    """A message that everybody reads."""

    parts: ClassVar[tuple[Part, ...]] = (Part("log"),)

    def apply(self, ctx: Context, entry: Entry) -> None:
        status = Message.Status.VISIBLE
        self.create(ctx, entry, MessageBody, status=status, published_seq=entry.seq)


@event_type("message.held")
class MessageHeld(_Sent, frozen=True, kw_only=True):
    """A message that waits for a moderator; its author sees that it does, and why."""

    rule: str
    span: tuple[int, int] | None = None
    parts: ClassVar[tuple[Part, ...]] = (
        Part("held", to=To.MODERATORS),
        Part("own-holds", to=To.AUTHOR),
    )

    def apply(self, ctx: Context, entry: Entry) -> None:
        self.create(
            ctx,
            entry,
            VaultedBody,
            status=Message.Status.HELD,
            rule=self.rule,
            span=list(self.span) if self.span else None,
            held_at=entry.at,
        )
        expect_decision(ctx, entry.at)


class OnMessage(Payload, frozen=True):
    """What happens to a message that is in the log already."""

    message: int

    def message_number(self, seq: int) -> int:
        return self.message


@event_type("message.edited")
class MessageEdited(OnMessage, frozen=True):
    """The author changed the text; moderators keep the earlier one."""

    revision: int
    policy: int
    parts: ClassVar[tuple[Part, ...]] = (Part("m-{n}", "outerHTML"),)

    def permit(self, ctx: Context, draft: Draft) -> None:
        author = require_floor(ctx, draft, Action.EDIT_OWN)
        found = require_visible(ctx, self.message)
        if not is_own(found, author.pk):
            raise Refused(Code.FORBIDDEN)
        require_calm(ctx, author, "message.edited")
        if self.policy != ctx.room.policy_version:
            raise Refused(Code.POLICY_MOVED)
        if self.revision != found.revision + 1:
            raise Refused(Code.STALE)
        for guard in guards:
            guard(ctx, self.message)

    def apply(self, ctx: Context, entry: Entry) -> None:
        found = get_message(ctx, self.message)
        found.revision = self.revision
        found.save(update_fields=["revision"])
        if not entry.folding:
            vault.withdraw_body(found)
            vault.publish_body(found, entry.text)


@event_type("message.reacted")
class MessageReacted(OnMessage, frozen=True):
    """Somebody put an emoji on a message (``on``), or took it back."""

    emoji: str
    on: bool
    parts: ClassVar[tuple[Part, ...]] = (Part("m-{n}", "outerHTML"),)

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_calm(ctx, require_floor(ctx, draft, Action.REACT), "message.reacted")
        require_visible(ctx, self.message)

    def apply(self, ctx: Context, entry: Entry) -> None:
        assert entry.actor_id is not None, "permit lets only participants react"
        mine = Reaction.objects.filter(
            room=ctx.room, number=self.message, participant=entry.actor_id, emoji=self.emoji
        )
        if not self.on:
            mine.delete()
        elif not mine.exists():
            Reaction.objects.create(
                room=ctx.room,
                number=self.message,
                participant_id=entry.actor_id,
                emoji=self.emoji,
            )


def expect_decision(ctx: Context, held_at: datetime) -> None:
    """Let the clock look at a hold when its time is over, if the room sets one."""
    if ctx.room.hold_outcome != Room.HoldOutcome.KEEP:
        due = held_at + timedelta(minutes=ctx.room.hold_minutes)
        ctx.room.holds_due_at = min(ctx.room.holds_due_at or due, due)


def _reset(room_id: int) -> None:
    Message.objects.filter(room_id=room_id).delete()
    Reaction.objects.filter(room_id=room_id).delete()


def _snapshot(room_id: int) -> Any:
    derived = [f.attname for f in Message._meta.concrete_fields if f.name != "id"]
    messages = Message.objects.filter(room_id=room_id).order_by("number")
    reactions = Reaction.objects.filter(room_id=room_id).order_by("number", "participant", "emoji")
    return [
        list(messages.values_list(*derived)),
        list(reactions.values_list("number", "participant", "emoji")),
    ]


read_models.append(ReadModel(_reset, _snapshot))
