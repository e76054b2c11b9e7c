"""Events of messages. Their texts travel beside the payload, never in it."""

from typing import Any, ClassVar

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft, Entry, Part, Payload, To
from rooms.eventlog.registry import ReadModel, event_type, read_models
from rooms.lifecycle.events import require_open
from rooms.messages import vault
from rooms.messages.models import Message, Reaction
from rooms.moderation.reasons import Reason
from rooms.people.models import Participant
from rooms.people.permissions import require, require_voice
from rooms.people.roles import Action

_REMOVE_HOLD = (Part("held-{n}", "delete", To.MODERATORS),)


class _Sent(Payload, frozen=True):
    """What a posted and a held message have in common: one send by one author, logged once.

    ``policy`` is the version of the room's rules that the text was judged under.
    """

    client_id: str
    digest: str
    side: str
    reply_to: int | None
    policy: int

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        sent = Message.objects.filter(author=draft.actor_id, client_id=self.client_id).first()
        if sent is not None and sent.digest != self.digest:
            raise Refused(Code.CONFLICT)
        return sent.number if sent else None

    def permit(self, ctx: Context, draft: Draft) -> None:
        author = require(ctx, draft.actor_id, Action.POST)
        require_voice(ctx, author)
        require_open(ctx)
        if self.policy != ctx.room.policy_version:
            raise Refused(Code.POLICY_MOVED)
        if self.reply_to is not None:
            _require_visible(ctx, self.reply_to)

    def message_number(self, seq: int) -> int:
        return seq

    def create(self, ctx: Context, entry: Entry, **extra: Any) -> Message:
        assert entry.actor_id is not None, "permit lets only participants send"
        return Message.objects.create(
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


@event_type("message.posted")
class MessagePosted(_Sent, frozen=True):
    """A message that everybody reads."""

    parts: ClassVar[tuple[Part, ...]] = (Part("log"),)

    def apply(self, ctx: Context, entry: Entry) -> None:
        message = self.create(ctx, entry, status=Message.Status.VISIBLE)
        if not entry.folding:
            vault.publish_body(message, entry.text)


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
        span = list(self.span) if self.span else None
        message = self.create(ctx, entry, status=Message.Status.HELD, rule=self.rule, span=span)
        if not entry.folding:
            vault.vault_body(message, entry.text)


class _OnMessage(Payload, frozen=True):
    """What happens to a message that is in the log already."""

    message: int

    def message_number(self, seq: int) -> int:
        return self.message

    def decide(self, ctx: Context, entry: Entry, status: str, reason: str = "") -> Message:
        found = _get(ctx, self.message)
        found.status, found.reason = status, reason
        found.decided_by_id, found.decided_seq = entry.actor_id, entry.seq
        found.save()
        return found


class _HoldDecision(_OnMessage, frozen=True):
    def permit(self, ctx: Context, draft: Draft) -> None:
        require(ctx, draft.actor_id, Action.DECIDE_HOLD)
        found = _get(ctx, self.message)
        if found.status != Message.Status.HELD:
            raise stale(found)


@event_type("message.approved")
class MessageApproved(_HoldDecision, frozen=True):
    """A held message is published, here in the order of the log."""

    parts: ClassVar[tuple[Part, ...]] = (
        Part("log"),
        *_REMOVE_HOLD,
        Part("own-{n}", "delete", To.AUTHOR),
    )

    def apply(self, ctx: Context, entry: Entry) -> None:
        found = self.decide(ctx, entry, Message.Status.VISIBLE)
        if not entry.folding:
            vault.release_body(found)


@event_type("message.rejected")
class MessageRejected(_HoldDecision, frozen=True):
    """A held message is not published; only its author and moderators learn of it."""

    reason: Reason
    parts: ClassVar[tuple[Part, ...]] = (*_REMOVE_HOLD, Part("own-{n}", "outerHTML", To.AUTHOR))

    def apply(self, ctx: Context, entry: Entry) -> None:
        found = self.decide(ctx, entry, Message.Status.REJECTED, self.reason)
        if not entry.folding:
            vault.schedule_deletion(found, entry.at)


@event_type("message.edited")
class MessageEdited(_OnMessage, frozen=True):
    """The author changed the text; moderators keep the earlier one."""

    revision: int
    policy: int
    parts: ClassVar[tuple[Part, ...]] = (Part("m-{n}", "outerHTML"),)

    def permit(self, ctx: Context, draft: Draft) -> None:
        author = require(ctx, draft.actor_id, Action.EDIT_OWN)
        require_voice(ctx, author)
        require_open(ctx)
        found = _require_visible(ctx, self.message)
        if found.author_id != author.pk:
            raise Refused(Code.FORBIDDEN)
        if self.policy != ctx.room.policy_version:
            raise Refused(Code.POLICY_MOVED)
        if self.revision != found.revision + 1:
            raise Refused(Code.STALE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        found = _get(ctx, self.message)
        found.revision = self.revision
        found.save(update_fields=["revision"])
        if not entry.folding:
            vault.withdraw_body(found)
            vault.publish_body(found, entry.text)


@event_type("message.removed")
class MessageRemoved(_OnMessage, frozen=True):
    """The text is gone from where people read; a tombstone stays.

    ``reason`` is "" where authors removed what they wrote.
    """

    reason: str
    parts: ClassVar[tuple[Part, ...]] = (
        Part("m-{n}", "outerHTML"),
        *_REMOVE_HOLD,
        Part("own-{n}", "delete", To.AUTHOR),
    )

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        found = _get(ctx, self.message)
        removed = found.status == Message.Status.REMOVED
        return found.decided_seq if removed and _may_remove(ctx, draft, found) else None

    def permit(self, ctx: Context, draft: Draft) -> None:
        found = _get(ctx, self.message)
        if not _may_remove(ctx, draft, found):
            raise Refused(Code.FORBIDDEN)
        if found.status == Message.Status.REJECTED:
            raise stale(found)

    def apply(self, ctx: Context, entry: Entry) -> None:
        found = self.decide(ctx, entry, Message.Status.REMOVED, self.reason)
        if not entry.folding:
            vault.withdraw_body(found)
            vault.schedule_deletion(found, entry.at)


@event_type("message.reacted")
class MessageReacted(_OnMessage, frozen=True):
    """Somebody put an emoji on a message (``on``), or took it back."""

    emoji: str
    on: bool
    parts: ClassVar[tuple[Part, ...]] = (Part("m-{n}", "outerHTML"),)

    def permit(self, ctx: Context, draft: Draft) -> None:
        require_voice(ctx, require(ctx, draft.actor_id, Action.REACT))
        require_open(ctx)
        _require_visible(ctx, self.message)

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


def stale(message: Message) -> Refused:
    """Return the refusal of a decision that somebody else has taken already."""
    by: Participant | None = message.decided_by
    return Refused(Code.STALE, status=message.status, decided_by=by.name if by else None)


def _get(ctx: Context, number: int) -> Message:
    found = Message.objects.filter(room=ctx.room, number=number).first()
    if found is None:
        raise Refused(Code.NOT_FOUND)
    return found


def _require_visible(ctx: Context, number: int) -> Message:
    found = _get(ctx, number)
    if found.status != Message.Status.VISIBLE:
        raise Refused(Code.NOT_FOUND)
    return found


def _may_remove(ctx: Context, draft: Draft, found: Message) -> bool:
    own = found.author_id == draft.actor_id
    action = Action.REMOVE_OWN if own else Action.REMOVE_ANY
    try:
        require(ctx, draft.actor_id, action)
    except Refused:
        return False
    return True


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
