"""One person sending faster than others can read."""

from datetime import timedelta

from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict

LIMITS = ((5, timedelta(seconds=10)), (20, timedelta(seconds=60)))
"""At most so many messages of one author in one room within so long."""


class Rate:
    """Rejects what comes too fast, and says how long to wait. An edit is free."""

    def screen(self, submission: Submission) -> Verdict:
        if submission.is_edit:
            return ALLOW
        for count, window in LIMITS:
            if len(submission.recent) >= count:
                wait = submission.recent[count - 1].at + window - submission.now
                if wait > timedelta(0):
                    return Verdict(Outcome.REJECT, Rule.RATE, retry_after=wait.total_seconds())
        return ALLOW
