"""Hatred against protected groups, threats and calls to violence, in French and English."""

from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict
from rooms.moderation.speech.rules import find_unlawful

_RULES = {"hate": Rule.HATE, "threat": Rule.THREAT}


class Unlawful:
    """Holds a text for a moderator where a target and what is said of it make it unlawful.

    It never rejects: whether a text breaks the law is for a person to say.
    """

    def screen(self, submission: Submission) -> Verdict:
        found = find_unlawful(submission.text)
        if found is None:
            return ALLOW
        return Verdict(Outcome.HOLD, _RULES[found.rule], span=found.span)
