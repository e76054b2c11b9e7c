"""Why a moderator decided as they did: a closed list, so that the log holds no free text."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.errors import Code, Refused


class Reason(models.TextChoices):
    HATE = "hate", _("Hatred against a protected group")
    THREAT = "threat", _("Threat or call to violence")
    PERSONAL_DATA = "personal_data", _("Personal data of somebody")
    INSULT = "insult", _("Insult against a person")
    SPAM = "spam", _("Spam or flooding")
    OFF_TOPIC = "off_topic", _("Off topic")
    OTHER = "other", _("Other rule of the room")
    UNREVIEWED = "unreviewed", _("No moderator could look at it in time")


CHOICES = [(reason.value, reason.label) for reason in Reason if reason is not Reason.UNREVIEWED]
"""What a moderator chooses from; the others are the machine's."""

UNLAWFUL = frozenset({Reason.HATE, Reason.THREAT, Reason.PERSONAL_DATA})
"""Reasons that rest on the law; the others rest on the room's rules."""


def chosen(reason: str) -> Reason:
    """Return a moderator's reason; raises ``Refused`` for what is none."""
    if reason not in dict(CHOICES):
        raise Refused(Code.BAD_SHAPE)
    return Reason(reason)
