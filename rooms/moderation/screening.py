"""The moderation hook: every message gets a verdict before it can be logged.

Screening runs before the transaction and closes on failure: a screener that raises or
hangs holds the message. ``append`` refuses what was judged under a policy that has moved.
"""

import logging
from collections.abc import Callable, Hashable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Protocol

import msgspec
from django.conf import settings
from django.core.signals import setting_changed
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from rooms.moderation.similarity import Sketch

logger = logging.getLogger(__name__)

MAX_LENGTH = 2000
"""Code points in one message."""
TIMEOUT = 1.2
"""Seconds that all screeners together may take over what is screened together: less than whoever
posts waits for the database, so that they are told of a hold rather than to try again."""


class Outcome(StrEnum):
    ALLOW = "allow"
    HOLD = "hold"
    REJECT = "reject"


class Rule(StrEnum):
    """What a verdict rests on. Recorded in the log: add, never rename."""

    LENGTH = "length"
    RATE = "rate"
    DUPLICATE = "duplicate"
    WAVE = "wave"
    LINK = "link"
    WORDS = "words"
    PATTERN = "pattern"
    HATE = "hate"
    THREAT = "threat"
    PERSONAL_DATA = "personal_data"
    CLASSIFIER = "classifier"
    NEWCOMER = "newcomer"
    HOLD_ALL = "hold_all"
    REPORTS = "reports"
    PICTURES = "pictures"
    UNAVAILABLE = "unavailable"


REASONS: dict[str, StrOrPromise] = {
    Rule.LENGTH: _("The text is too long."),
    Rule.RATE: _("Too many messages in a short time."),
    Rule.DUPLICATE: _("You have just sent the same text."),
    Rule.WAVE: _("Many people are sending nearly the same text."),
    Rule.LINK: _("The text has a link that a moderator must look at."),
    Rule.WORDS: _("The text has an expression that a moderator must look at."),
    Rule.PATTERN: _("The text has an expression that a moderator must look at."),
    Rule.HATE: _("The text may be hateful towards a protected group, which the law forbids."),
    Rule.THREAT: _("The text may threaten somebody or call for violence, which the law forbids."),
    Rule.PERSONAL_DATA: _("The text seems to hold somebody's address, phone number or e-mail."),
    Rule.CLASSIFIER: _("The automatic check asks a moderator to look at this text."),
    Rule.NEWCOMER: _("A moderator looks at everybody's first message in this room."),
    Rule.HOLD_ALL: _("At this moment a moderator looks at every message before it is published."),
    Rule.REPORTS: _("Several people have reported this message."),
    Rule.PICTURES: _("A moderator looks at pictures before they are published."),
    Rule.UNAVAILABLE: _("The automatic check is not available, so a moderator will look at it."),
}


@dataclass(frozen=True, eq=False)
class Recent:
    """A message that was sent before: when, by whom, and what its text is recognised by.

    ``mark`` is equal for texts that are the same after folding; ``sketch`` tells which are
    nearly so. No text can be read out of either.
    """

    at: datetime
    author: int
    mark: int
    sketch: Sketch


class Pattern(msgspec.Struct, frozen=True, cache_hash=True):
    """A moderator's pattern in RE2's syntax. ``whole``: it matches only entire words."""

    source: str
    whole: bool = True


@dataclass(frozen=True)
class RoomRules:
    """What a room's moderators set for its screening, all under one version of its policy.

    ``words``: expressions that are held. ``allowed_hosts`` and ``held_hosts``: hosts of links,
    each with its subdomains. ``hold_all`` and ``hold_newcomers``: whose messages wait.
    """

    words: tuple[str, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    held_hosts: tuple[str, ...] = ()
    hold_all: bool = False
    hold_newcomers: bool = False


NO_RULES = RoomRules()


@dataclass(frozen=True)
class Submission:
    """What screeners judge: a text with what they may know about it, all read beforehand.

    ``recent`` holds the author's messages in this room of the last ten minutes, newest
    first; ``others`` those of other people that may say nearly the same.
    ``rules`` are the room's own.
    ``is_newcomer``: nothing of the author was published in this room yet. ``is_trusted``: the
    author is a moderator. An edit has no rate. ``language`` is the room's. ``limit`` is how
    many code points the text may have.
    """

    text: str
    now: datetime
    recent: tuple[Recent, ...] = ()
    others: tuple[Recent, ...] = ()
    rules: RoomRules = NO_RULES
    is_newcomer: bool = False
    is_trusted: bool = False
    is_edit: bool = False
    language: str = ""
    limit: int = MAX_LENGTH


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
UNAVAILABLE = Verdict(Outcome.HOLD, Rule.UNAVAILABLE)


class Screener(Protocol):
    """Judges a text. Pure and quick: no database, no network, no state between calls.

    One kind is another: a screener with a true ``asks_outside`` asks a service over the network.
    It never rejects, bounds its own time well within :data:`TIMEOUT`, and is not asked about
    what another one holds already, so that no more than necessary goes out.
    """

    def screen(self, submission: Submission) -> Verdict: ...


def screen(submission: Submission) -> Verdict:
    """Return the strictest verdict of all screeners; a rejection ends the pipeline."""
    return screen_all([submission])[0]


def screen_all(
    submissions: Sequence[Submission], of: Callable[[int], Hashable] = lambda _index: None
) -> list[Verdict]:
    """Return the verdict on each text, within :data:`TIMEOUT`; what has none by then is held.

    Those for whose index ``of`` gives the same by one thread, which costs less than one for each;
    one that takes long has only these held. Where a service is asked all wait for it side by side.
    """
    verdicts = [UNAVAILABLE] * len(submissions)
    shares: dict[Hashable, list[int]] = {}
    is_slow = _asks_outside()
    for index in range(len(submissions)):
        shares.setdefault(index if is_slow else of(index), []).append(index)
    work = [
        _executor().submit(_judge_each, submissions, share, verdicts) for share in shares.values()
    ]
    if wait(work, timeout=TIMEOUT).not_done:
        logger.error("screening takes too long; what has no verdict is held")
    return list(verdicts)


def _asks_outside() -> bool:
    try:
        return any(getattr(screener, "asks_outside", False) for screener in pipeline())
    except Exception:
        return False  # Who judges finds that there is a screener missing, and says so.


def _judge_each(
    submissions: Sequence[Submission], which: Iterable[int], verdicts: list[Verdict]
) -> None:
    """Put each verdict in its place; where a screener fails, what is there stays."""
    for index in which:
        try:
            verdicts[index] = judge(submissions[index])
        except Exception:
            logger.exception("screening failed; the message is held")


def judge(submission: Submission) -> Verdict:
    """Return the verdict as ``screen`` does, without a bound on the time it takes."""
    held = ALLOW
    for screener in pipeline():
        if held is not ALLOW and getattr(screener, "asks_outside", False):
            continue
        verdict = screener.screen(submission)
        if verdict.outcome is Outcome.REJECT:
            return verdict
        if verdict.outcome is Outcome.HOLD and held is ALLOW:
            held = verdict
    return held


def warm_up() -> None:
    """Load what the screeners need, for the start of a worker: no text then waits for it."""
    for text in ("Bonjour à tous", "Hello everybody"):
        submission = Submission(text, timezone.now())
        for screener in pipeline():
            if not getattr(screener, "asks_outside", False):
                screener.screen(submission)


@lru_cache
def pipeline() -> tuple[Screener, ...]:
    """Return the screeners named by ``settings.SCREENERS``, in order."""
    return tuple(import_string(path)() for path in settings.SCREENERS)


@lru_cache
def _executor() -> ThreadPoolExecutor:
    # Nearly as many as may come at the same time: none is to wait behind those a service looks at.
    return ThreadPoolExecutor(max_workers=64, thread_name_prefix="screening")


def _forget(*, setting: str, **_kwargs: Any) -> None:
    if setting == "SCREENERS":
        pipeline.cache_clear()


setting_changed.connect(_forget)
