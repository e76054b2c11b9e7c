"""Refusals: everything the domain says no to, in words a person can act on."""

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class Code(StrEnum):
    """Why something was refused. Part of the socket's protocol: add, never rename."""

    BAD_CHAR = "bad_char"
    BAD_SHAPE = "bad_shape"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    SLOW_DOWN = "slow_down"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    CLOSED = "closed"
    NOT_OPEN = "not_open"
    MUTED = "muted"
    BANNED = "banned"
    PAUSED = "paused"
    LOCKED = "locked"
    REJECTED = "rejected"
    HELD = "held"
    STALE = "stale"
    TOO_LATE = "too_late"
    RETRY_LATER = "retry_later"
    POLICY_MOVED = "policy_moved"
    OVERLAPS = "overlaps"


MESSAGES: dict[Code, StrOrPromise] = {
    Code.BAD_CHAR: _(
        "This text has characters that cannot be shown. Remove them and send it again."
    ),
    Code.BAD_SHAPE: _("This request is not complete. Reload the page and try again."),
    Code.TOO_LONG: _("This text is too long. Shorten it and send it again."),
    Code.EMPTY: _("There is nothing to read in this text. Write something first."),
    Code.SLOW_DOWN: _("You are sending faster than others can read. Wait a moment and try again."),
    Code.FORBIDDEN: _("You cannot do this here."),
    Code.NOT_FOUND: _("This message is not here any more."),
    Code.CONFLICT: _(
        "Another message was already sent under this number. Send this one as a new message."
    ),
    Code.CLOSED: _("This room is closed. You can still read everything."),
    Code.NOT_OPEN: _("This room has not opened yet. Come back when the countdown ends."),
    Code.MUTED: _("A moderator has muted you for now. You can still read and react later."),
    Code.BANNED: _("A moderator has excluded you from this room. You can still contest it."),
    Code.PAUSED: _("The room is paused. You can go on when a moderator resumes it."),
    Code.LOCKED: _("Nobody new can join this room at this moment. Try again later."),
    Code.REJECTED: _("This message was not published."),
    Code.HELD: _("This change needs a moderator. Send it as a new message to have it looked at."),
    Code.STALE: _("Somebody has already decided this."),
    Code.TOO_LATE: _("The time to change this message is over."),
    Code.RETRY_LATER: _("The server cannot save this right now. It will be sent again by itself."),
    Code.OVERLAPS: _("You are expected elsewhere at that time."),
    Code.POLICY_MOVED: _("The room's rules have just changed. Send it again."),
}


class Refused(Exception):
    """A refusal: nothing was logged and nothing was changed.

    ``retry_after`` is in seconds. ``detail`` holds JSON values for programs, such as the
    ``rule`` and ``span`` of a screener's verdict.
    """

    def __init__(
        self,
        code: Code,
        message: StrOrPromise | None = None,
        *,
        retry_after: float | None = None,
        **detail: Any,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = MESSAGES[code] if message is None else message
        self.retry_after = retry_after
        self.detail = detail
