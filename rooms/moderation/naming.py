"""Names and titles: they cannot wait for a moderator, so what would be held is refused."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused
from rooms.moderation.screening import Outcome, Submission, pipeline
from rooms.text import guards


def refuse_unfit(text: str) -> None:
    """Raise ``Refused`` for what the site's own rules would hold. No name goes to a service."""
    submission = Submission(text, timezone.now())
    for screener in pipeline():
        if getattr(screener, "asks_outside", False):
            continue
        verdict = screener.screen(submission)
        if verdict.outcome is not Outcome.ALLOW:
            words = _("This name or title cannot stand here. Choose other words.")
            raise Refused(Code.REJECTED, words, rule=verdict.rule)


guards.append(refuse_unfit)
