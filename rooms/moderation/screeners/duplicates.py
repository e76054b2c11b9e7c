"""One person sending the same text again."""

from datetime import timedelta

from rooms.eventlog.clocks import left
from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict
from rooms.moderation.similarity import mark
from rooms.text import fold

WINDOW = timedelta(minutes=2)
MIN_LENGTH = 12
"""Shorter texts, "yes" or "thank you", may well be said twice."""


class Duplicates:
    """Rejects a text that its author sent within :data:`WINDOW`."""

    def screen(self, submission: Submission) -> Verdict:
        if submission.is_edit or not submission.recent:
            return ALLOW
        folded = fold(submission.text).text
        if len(folded) < MIN_LENGTH:
            return ALLOW
        mine = mark(submission.text)
        for recent in submission.recent:
            if recent.mark == mine and left(recent.at, WINDOW, submission.now):
                return Verdict(Outcome.REJECT, Rule.DUPLICATE)
        return ALLOW
