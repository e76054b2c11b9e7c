"""The moderation hook: every message gets a verdict before it can be logged.

Screening runs before the transaction and closes on failure: a screener that raises or
hangs holds the message. ``append`` refuses what was judged under a policy that has moved.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

logger = logging.getLogger(__name__)

TIMEOUT = 2.0
"""Seconds that all screeners together may take over one message."""


class Outcome(StrEnum):
    ALLOW = "allow"
    HOLD = "hold"
    REJECT = "reject"


class Rule(StrEnum):
    """What a verdict rests on. Recorded in the log: add, never rename."""

    LENGTH = "length"
    RATE = "rate"
    DUPLICATE = "duplicate"
    WORDS = "words"
    UNAVAILABLE = "unavailable"


REASONS: dict[str, StrOrPromise] = {
    Rule.LENGTH: _("The text is too long."),
    Rule.RATE: _("Too many messages in a short time."),
    Rule.DUPLICATE: _("You have just sent the same text."),
    Rule.WORDS: _("The text has an expression that a moderator must look at."),
    Rule.UNAVAILABLE: _("The automatic check is not available, so a moderator will look at it."),
}


@dataclass(frozen=True)
class Recent:
    """A message that the author sent before: when, and its text folded for matching."""

    at: datetime
    folded: str


@dataclass(frozen=True)
class Submission:
    """What screeners judge: a text with what they may know about it, all read beforehand.

    ``recent`` holds the author's messages in this room of the last ten minutes, newest
    first. ``room_words`` are the room's own expressions, one each. An edit has no rate.
    """

    text: str
    now: datetime
    recent: tuple[Recent, ...] = ()
    room_words: tuple[str, ...] = ()
    is_edit: bool = False


@dataclass(frozen=True)
class Verdict:
    """``span`` is the (start, end) of a match in the text, in code points."""

    outcome: Outcome = Outcome.ALLOW
    rule: str = ""
    span: tuple[int, int] | None = None
    retry_after: float | None = None

    @property
    def reason(self) -> StrOrPromise:
        """Return the reason in the reader's language."""
        return REASONS.get(self.rule, "")


ALLOW = Verdict()


class Screener(Protocol):
    """Judges a text. Pure and quick: no database, no network, no state between calls."""

    def screen(self, submission: Submission) -> Verdict: ...


def screen(submission: Submission) -> Verdict:
    """Return the strictest verdict of all screeners; a rejection ends the pipeline."""
    try:
        return _executor().submit(_judge, submission).result(timeout=TIMEOUT)
    except Exception:
        logger.exception("screening failed; the message is held")
        return Verdict(Outcome.HOLD, Rule.UNAVAILABLE)


def _judge(submission: Submission) -> Verdict:
    held = ALLOW
    for screener in pipeline():
        verdict = screener.screen(submission)
        if verdict.outcome is Outcome.REJECT:
            return verdict
        if verdict.outcome is Outcome.HOLD and held is ALLOW:
            held = verdict
    return held


@lru_cache
def pipeline() -> tuple[Screener, ...]:
    """Return the screeners named by ``settings.SCREENERS``, in order."""
    return tuple(import_string(path)() for path in settings.SCREENERS)


@lru_cache
def _executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=4, thread_name_prefix="screening")


def _forget(*, setting: str, **_kwargs: Any) -> None:
    if setting == "SCREENERS":
        pipeline.cache_clear()


setting_changed.connect(_forget)
