"""Answers to commands, in the words of the reader's language."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from consumers.frames import FrameCode
from consumers.protocol import Ack, Nack
from rooms.eventlog.errors import MESSAGES, Code, Refused
from rooms.messages.posting import Receipt
from rooms.moderation.screening import REASONS

RETRY_AFTER = 2.0
"""Seconds after which what could not be saved may be sent again."""

FRAME_MESSAGES: dict[FrameCode | Code, StrOrPromise] = {
    FrameCode.BAD_FRAME: _("This page sent something the server cannot read. Reload it."),
    FrameCode.BAD_JSON: _("This page sent something the server cannot read. Reload it."),
    FrameCode.UNKNOWN: _("This page is older than the server. Reload it."),
}


def ack(ref: str, receipt: Receipt, language: str) -> Ack:
    """Return the answer to a command that was carried out."""
    reason = ""
    if receipt.rule:
        with translation.override(language):
            reason = str(REASONS.get(receipt.rule, ""))
    return Ack(
        ref=ref,
        seq=receipt.seq,
        number=receipt.number or None,
        status=receipt.status,  # type: ignore[arg-type]
        rule=receipt.rule,
        reason=reason,
    )


def nack(ref: str | None, refusal: Refused, language: str) -> Nack:
    """Return the answer to a command that was refused."""
    detail = refusal.detail
    with translation.override(language):
        return Nack(
            ref=ref,
            code=refusal.code,
            message=str(refusal.message),
            retry_after=refusal.retry_after,
            rule=detail.get("rule") or "",
            span=detail.get("span"),
            status=detail.get("status") or "",
            decided_by=detail.get("decided_by") or "",
        )


def bad_frame(ref: str | None, code: FrameCode | Code, language: str) -> Nack:
    """Return the answer to a frame that is no command."""
    with translation.override(language):
        message = str(FRAME_MESSAGES.get(code) or MESSAGES[Code(code)])
        return Nack(ref=ref, code=code, message=message, retry_after=None)


def retry_later() -> Refused:
    """Return the refusal of what could not be saved."""
    return Refused(Code.RETRY_LATER, retry_after=RETRY_AFTER)


def slow_down(retry_after: float) -> Refused:
    """Return the refusal of what came too fast."""
    return Refused(Code.SLOW_DOWN, retry_after=retry_after)
