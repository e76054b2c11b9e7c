"""One person sending faster than others can read."""

from datetime import timedelta

from django.conf import settings

from rooms.eventlog.clocks import left
from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict


class Rate:
    """Rejects what comes too fast, and says how long to wait. An edit is free.

    ``settings.RATE_LIMITS`` holds (count, seconds): at most so many messages of one author
    in one room within so long.
    """

    def screen(self, submission: Submission) -> Verdict:
        if submission.is_edit:
            return ALLOW
        for count, seconds in settings.RATE_LIMITS:
            if len(submission.recent) >= count:
                began = submission.recent[count - 1].at
                if wait := left(began, timedelta(seconds=seconds), submission.now):
                    return Verdict(Outcome.REJECT, Rule.RATE, retry_after=wait.total_seconds())
        return ALLOW
