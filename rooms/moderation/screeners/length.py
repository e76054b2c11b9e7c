"""Texts that are too long to be read in a debate."""

from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict


class Length:
    """Rejects a text of more than ``submission.limit`` code points."""

    def screen(self, submission: Submission) -> Verdict:
        length = len(submission.text)
        if length <= submission.limit:
            return ALLOW
        return Verdict(Outcome.REJECT, Rule.LENGTH, span=(submission.limit, length))
