"""Texts that are too long to be read in a debate."""

from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict

MAX_LENGTH = 2000
"""Code points in one message."""


class Length:
    """Rejects a text of more than :data:`MAX_LENGTH` code points."""

    def screen(self, submission: Submission) -> Verdict:
        if len(submission.text) <= MAX_LENGTH:
            return ALLOW
        return Verdict(Outcome.REJECT, Rule.LENGTH, span=(MAX_LENGTH, len(submission.text)))
