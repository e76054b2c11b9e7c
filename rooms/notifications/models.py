"""What people were told, how they want to be told, and where."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.models import Room
from rooms.notifications.kinds import Topic
from rooms.people.models import User


def new_token() -> str:
    """Return the secret of a link."""
    return secrets.token_urlsafe(24)


class Pace(models.TextChoices):
    """How often letters come."""

    ONCE = "once", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")
    NEVER = "never", _("never")


class Contact(models.Model):
    """Somebody without an account who showed that an e-mail address is theirs."""

    email = models.EmailField(unique=True)
    language = models.CharField(max_length=2, choices=Room.Language.choices)
    token = models.CharField(max_length=43, default=new_token, unique=True)
    unsubscribed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.email


class Choice(models.Model):
    """How an account is told of a topic; where it has not chosen, ``choices.DEFAULTS`` holds."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="choices", db_index=False)
    topic = models.CharField(max_length=11, choices=Topic.choices)
    pace = models.CharField(max_length=6, choices=Pace.choices)
    push = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic"], name="choice_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.topic} {self.pace}"


class Neighbourhood(models.Model):
    """Where an account wants to hear of what is near: a place of rooms.places, in degrees."""

    user = models.OneToOneField(User, on_delete=models.CASCADE)
    place_code = models.CharField(max_length=12)
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["latitude", "longitude"], name="neighbourhood_where")]

    def __str__(self) -> str:
        return self.place_code


class Notification(models.Model):
    """One story for one person. It holds numbers alone: it is put in words when it is read.

    ``key`` names what is told: nobody is told twice. From ``at`` on it is in the inbox; the letter
    and the push leave at ``mail_at`` and ``push_at``, None where none is to leave (any more).
    """

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, db_index=False)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.CASCADE, db_index=False)
    kind = models.CharField(max_length=40)
    args: "models.JSONField[object, object]" = models.JSONField()
    key = models.CharField(max_length=100)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail_at = models.DateTimeField(null=True)
    push_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notification_user_key"),
            models.UniqueConstraint(fields=["contact", "key"], name="notification_contact_key"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, contact__isnull=True)
                | Q(user__isnull=True, contact__isnull=False),
                name="notification_recipient",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-at"], name="notification_inbox"),
            models.Index(
                fields=["user"], condition=Q(read_at__isnull=True), name="notification_unread"
            ),
            models.Index(
                fields=["mail_at"], condition=Q(mail_at__isnull=False), name="notification_mail"
            ),
            models.Index(
                fields=["push_at"], condition=Q(push_at__isnull=False), name="notification_push"
            ),
            models.Index(fields=["at"], name="notification_at"),
            models.Index(fields=["key"], name="notification_key"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Device(models.Model):
    """A browser that agreed to show what its owner is told: a push subscription (RFC 8030).

    ``p256dh`` and ``auth`` encrypt what only that browser can read (RFC 8291).
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    endpoint = models.URLField(max_length=700, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"
