"""Why a moderator decided as they did: a closed list, so that the log holds no free text."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    HATE = "hate", _("Hatred against a protected group")
    THREAT = "threat", _("Threat or call to violence")
    PERSONAL_DATA = "personal_data", _("Personal data of somebody")
    INSULT = "insult", _("Insult against a person")
    SPAM = "spam", _("Spam or flooding")
    OFF_TOPIC = "off_topic", _("Off topic")
    OTHER = "other", _("Other rule of the room")
