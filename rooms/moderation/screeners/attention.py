"""What a moderator wants to read before it is published, whatever it says."""

from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict


class Attention:
    """Holds every message, or everybody's first, while the room's moderators have it so."""

    def screen(self, submission: Submission) -> Verdict:
        if submission.is_trusted:
            return ALLOW
        if submission.rules.hold_all:
            return Verdict(Outcome.HOLD, Rule.HOLD_ALL)
        if submission.rules.hold_newcomers and submission.is_newcomer:
            return Verdict(Outcome.HOLD, Rule.NEWCOMER)
        return ALLOW
