"""A wave: many people sending nearly the same text, as parodies and campaigns do."""

from datetime import timedelta

from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict
from rooms.moderation.similarity import near, sketch

WINDOW = timedelta(minutes=5)
OTHERS = 2
"""People who have sent nearly the same before, from which on a text is held."""


class Waves:
    """Holds a text that at least :data:`OTHERS` other people sent within :data:`WINDOW`.

    Short texts, which many may well send, are never held; nor is what moderators write.
    """

    def screen(self, submission: Submission) -> Verdict:
        if submission.is_trusted or len(submission.others) < OTHERS:
            return ALLOW
        mine = sketch(submission.text)
        authors: set[int] = set()
        for other in submission.others:
            if submission.now - other.at < WINDOW and near(mine, other.sketch):
                authors.add(other.author)
                if len(authors) == OTHERS:
                    return Verdict(Outcome.HOLD, Rule.WAVE)
        return ALLOW
