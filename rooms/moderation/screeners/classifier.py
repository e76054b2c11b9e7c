"""What the operator's own classifier thinks of a text, where there is one."""

import logging
from functools import lru_cache

from django.conf import settings

from rooms.moderation.breaker import Breaker
from rooms.moderation.classifier import Service, Unavailable
from rooms.moderation.screening import ALLOW, Outcome, Rule, Submission, Verdict

logger = logging.getLogger(__name__)

UNAVAILABLE = Verdict(Outcome.HOLD, Rule.UNAVAILABLE)


class Classifier:
    """Holds what the service at ``settings.CLASSIFIER_URL`` gives a high score; rejects nothing.

    Without an answer in time, the text is held. After several failures in a row the service is
    left alone for a while, and texts are held at once.
    """

    def __init__(self) -> None:
        if settings.CLASSIFIER_URL:  # No text waits until it is loaded.
            connected(settings.CLASSIFIER_URL, settings.CLASSIFIER_TOKEN)

    @property
    def asks_outside(self) -> bool:
        """Tell whether there is a service to ask."""
        return bool(settings.CLASSIFIER_URL)

    def screen(self, submission: Submission) -> Verdict:
        if not settings.CLASSIFIER_URL:
            return ALLOW
        service, breaker = connected(settings.CLASSIFIER_URL, settings.CLASSIFIER_TOKEN)
        if not breaker.may_ask():
            return UNAVAILABLE
        try:
            answer = service.ask(
                submission.text,
                language=submission.language,
                timeout=settings.CLASSIFIER_TIMEOUT,
            )
        except Unavailable as why:
            breaker.failed()
            # Neither the text nor the token is ever written to the log.
            logger.warning("no answer of the classifier (%s); the message is held", why)
            return UNAVAILABLE
        except BaseException:
            breaker.failed()
            raise
        breaker.succeeded()
        if answer.score < settings.CLASSIFIER_HOLD_AT:
            return ALLOW
        return Verdict(Outcome.HOLD, Rule.CLASSIFIER, span=answer.span)


@lru_cache(maxsize=1)
def connected(url: str, token: str) -> tuple[Service, Breaker]:
    """Return the one service of this process, and what guards it."""
    return Service(url, token), Breaker()
