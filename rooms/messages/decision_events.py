"""Events of decisions about messages: by moderators, by authors about their own, by the clock."""

from datetime import timedelta
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.payload import Context, Draft, Entry, Part, To
from rooms.eventlog.registry import event_type
from rooms.messages import vault
from rooms.messages.checks import get_message, is_own, stale
from rooms.messages.events import OnMessage, expect_decision
from rooms.messages.models import Message
from rooms.moderation.reasons import Reason
from rooms.people.impartial import require_impartial
from rooms.people.permissions import require
from rooms.people.roles import Action

CLAIM = timedelta(seconds=60)
"""How long a moderator who handles a hold has it for themselves."""

_IN_PLACE = Part("m-{n}", "outerHTML")
_REMOVE_HOLD = (Part("held-{n}", "delete", To.MODERATORS),)
_REMOVE_OWN = (Part("own-{n}", "delete", To.AUTHOR),)
_REMOVE_REPORTS = (Part("reported-{n}", "delete", To.MODERATORS),)


class _Decision(OnMessage, frozen=True):
    """``decide`` records who decided what; a claim ends with it."""

    def decide(self, ctx: Context, entry: Entry, status: str, reason: str = "") -> Message:
        found = get_message(ctx, self.message)
        found.status, found.reason = status, reason
        found.decided_by_id, found.decided_seq = entry.actor_id, entry.seq
        found.held_at = found.claimed_by = found.claimed_at = None
        if status == Message.Status.VISIBLE and found.published_seq is None:
            found.published_seq = entry.seq
        found.save()
        return found


class _HoldDecision(_Decision, frozen=True):
    def permit(self, ctx: Context, draft: Draft) -> None:
        actor = require(ctx, draft.actor_id, Action.DECIDE_HOLD)
        found = get_message(ctx, self.message)
        if found.status != Message.Status.HELD or found.published_seq is not None:
            raise stale(found)
        require_impartial(ctx, actor, involved=[found.author_id])


@event_type("message.approved")
class MessageApproved(_HoldDecision, frozen=True):
    """A held message is published, here in the order of the log."""

    parts: ClassVar[tuple[Part, ...]] = (Part("log"), *_REMOVE_HOLD, *_REMOVE_OWN)

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


@event_type("message.removed")
class MessageRemoved(_Decision, frozen=True):
    """The text is gone from where people read; a tombstone stays.

    ``reason`` is "" where authors removed what they wrote. ``hold``: it decides about what
    was published and then withheld, and comes too late where somebody has decided already.
    """

    reason: str
    hold: bool = False
    parts: ClassVar[tuple[Part, ...]] = (
        _IN_PLACE,
        *_REMOVE_HOLD,
        *_REMOVE_OWN,
        *_REMOVE_REPORTS,
    )

    def existing(self, ctx: Context, draft: Draft) -> int | None:
        found = get_message(ctx, self.message)
        if self.hold:
            return None
        removed = found.status == Message.Status.REMOVED
        return found.decided_seq if removed and _may_remove(ctx, draft, found) else None

    def permit(self, ctx: Context, draft: Draft) -> None:
        found = get_message(ctx, self.message)
        if not _may_remove(ctx, draft, found):
            raise Refused(Code.FORBIDDEN)
        waits = found.status == Message.Status.HELD
        own = is_own(found, draft.actor_id)
        unread = waits and found.published_seq is None and not own
        if found.status == Message.Status.REJECTED or (self.hold and not waits) or unread:
            raise stale(found)

    def apply(self, ctx: Context, entry: Entry) -> None:
        found = self.decide(ctx, entry, Message.Status.REMOVED, self.reason)
        if not entry.folding:
            vault.withdraw_body(found)
            vault.schedule_deletion(found, entry.at)


@event_type("message.withheld")
class MessageWithheld(_Decision, frozen=True):
    """A message waits for a moderator again, after it was published, rejected or removed.

    By a moderator who has it looked at once more, or undoes what they decided (``rule`` is
    ""); by the machine, for the reports of several people.
    """

    rule: str
    parts: ClassVar[tuple[Part, ...]] = (
        _IN_PLACE,
        Part("held", to=To.MODERATORS),
        Part("own-holds", to=To.AUTHOR),
        Part("reported-{n}", "outerHTML", To.MODERATORS),
    )

    def permit(self, ctx: Context, draft: Draft) -> None:
        if draft.actor_id is not None:
            require(ctx, draft.actor_id, Action.DECIDE_HOLD)
        found = get_message(ctx, self.message)
        if found.status == Message.Status.HELD or _is_taken_back(found):
            raise stale(found)
        _require_last(draft, found)
        if found.status != Message.Status.VISIBLE and not vault.has_text(found):
            raise Refused(Code.TOO_LATE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        found = self.decide(ctx, entry, Message.Status.HELD)
        found.held_at = entry.at
        if self.rule:
            found.rule, found.span = self.rule, None
        found.save(update_fields=["rule", "span", "held_at"])
        expect_decision(ctx, entry.at)
        if not entry.folding:
            vault.withdraw_body(found)
            vault.keep(found)


@event_type("message.restored")
class MessageRestored(_Decision, frozen=True):
    """A text that was taken away stands again where it stood.

    By a moderator, who undoes a removal or (``hold``) publishes what was withheld; or because
    an appeal succeeded. What its author removed stays removed.
    """

    hold: bool = False

    parts: ClassVar[tuple[Part, ...]] = (
        _IN_PLACE,
        *_REMOVE_HOLD,
        *_REMOVE_OWN,
        *_REMOVE_REPORTS,
    )

    def permit(self, ctx: Context, draft: Draft) -> None:
        found = get_message(ctx, self.message)
        if draft.actor_id is not None:
            actor = require(ctx, draft.actor_id, Action.DECIDE_HOLD)
            require_impartial(ctx, actor, involved=[found.author_id])
        if found.published_seq is None or not self._fits(found):
            raise stale(found)
        _require_last(draft, found)
        if not vault.has_text(found):
            raise Refused(Code.TOO_LATE)

    def apply(self, ctx: Context, entry: Entry) -> None:
        found = self.decide(ctx, entry, Message.Status.VISIBLE)
        if not entry.folding:
            vault.release_body(found)
            vault.keep(found)

    def _fits(self, found: Message) -> bool:
        if self.hold:
            return found.status == Message.Status.HELD
        return found.status == Message.Status.REMOVED and not _is_taken_back(found)


@event_type("message.claimed")
class MessageClaimed(OnMessage, frozen=True):
    """A moderator is handling a hold: the others see who, and leave it for a minute."""

    parts: ClassVar[tuple[Part, ...]] = (Part("claim-{n}", "outerHTML", To.MODERATORS),)

    def permit(self, ctx: Context, draft: Draft) -> None:
        require(ctx, draft.actor_id, Action.DECIDE_HOLD)
        found = get_message(ctx, self.message)
        if found.status != Message.Status.HELD:
            raise stale(found)
        if found.claimed_by_id not in (None, draft.actor_id) and is_claimed(found, ctx):
            by = found.claimed_by
            words = _("Somebody else is handling this. In a minute you can take it over.")
            who = by.name if by else None
            raise Refused(Code.STALE, words, status=found.status, decided_by=who)

    def apply(self, ctx: Context, entry: Entry) -> None:
        found = get_message(ctx, self.message)
        found.claimed_by_id, found.claimed_at = entry.actor_id, entry.at
        found.save(update_fields=["claimed_by", "claimed_at"])


def is_claimed(message: Message, ctx: Context) -> bool:
    """Tell whether a moderator is handling a hold at this moment."""
    return bool(message.claimed_at and ctx.now - message.claimed_at < CLAIM)


def _is_taken_back(found: Message) -> bool:
    """Tell whether the author took the text back, which nobody can undo."""
    removed_own = found.status == Message.Status.REMOVED and found.decided_by_id == found.author_id
    return removed_own or found.erased_seq is not None


def _require_last(draft: Draft, found: Message) -> None:
    """Raise ``Refused`` where what the actor takes back is not the last decision any more."""
    if draft.undoes is not None and draft.undoes != found.decided_seq:
        raise stale(found)


def _may_remove(ctx: Context, draft: Draft, found: Message) -> bool:
    own = is_own(found, draft.actor_id)
    action = Action.REMOVE_OWN if own else Action.REMOVE_ANY
    try:
        require(ctx, draft.actor_id, action)
    except Refused:
        return False
    return True
