"""What a room's moderators want to look at, as patterns."""

from rooms.moderation.patterns import compiled
from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict


class Patterns:
    """Holds a text that one of the room's patterns matches."""

    def screen(self, submission: Submission) -> Verdict:
        if not submission.rules.patterns:
            return ALLOW
        span = compiled(submission.rules.patterns).find(submission.text)
        return Verdict(Outcome.HOLD, Rule.PATTERN, span=span) if span else ALLOW
