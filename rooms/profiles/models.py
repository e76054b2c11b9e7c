"""What accounts show of themselves, and who knows whom."""

import secrets

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.models import Room
from rooms.people.models import User

ABOUT_LENGTH = 500
PLACE_LENGTH = 80


def new_token() -> str:
    """Return the last part of a page's address: it says nothing of whose page it is."""
    return secrets.token_urlsafe(12)


class Seen(models.TextChoices):
    """Who sees one thing on a profile."""

    NOBODY = "nobody", _("Nobody")
    CONTACTS = "contacts", _("My contacts")
    EVERYBODY = "everybody", _("Everybody")


def _seen() -> models.CharField[str, str]:
    return models.CharField(max_length=9, choices=Seen.choices, default=Seen.NOBODY)


class Profile(models.Model):
    """What an account shows: nothing, until it ``is_public``; then its name, and what it chose.

    ``is_linked``: in rooms, its name leads here wherever it takes part under that very name.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="profile")
    token = models.CharField(max_length=16, default=new_token, unique=True)
    is_public = models.BooleanField(default=False)
    is_linked = models.BooleanField(default=False)
    about = models.CharField(max_length=ABOUT_LENGTH, blank=True)
    place_code = models.CharField(max_length=12, blank=True)
    place_name = models.CharField(max_length=PLACE_LENGTH, blank=True)
    about_seen = _seen()
    place_seen = _seen()
    initiatives_seen = _seen()
    signatures_seen = _seen()
    groups_seen = _seen()

    def __str__(self) -> str:
        return self.token


class Tie(models.Model):
    """One account asked another to be contacts; they are from ``accepted_at`` on.

    Who was ``declined_at`` is not told so, and cannot ask again.
    """

    asker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    asked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asker", "asked"], name="tie_once"),
            models.CheckConstraint(condition=~Q(asker=F("asked")), name="tie_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.asker_id} {self.asked_id}"


class Block(models.Model):
    """An account wants to hear no more of another, which is not told."""

    blocker = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    blocked = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once")]

    def __str__(self) -> str:
        return f"{self.blocker_id} {self.blocked_id}"


class Conversation(models.Model):
    """The private room of two accounts, of which ``low`` has the lower number."""

    room = models.OneToOneField(Room, on_delete=models.PROTECT, related_name="conversation")
    low = models.ForeignKey(
        User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    high = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["low", "high"], name="conversation_of_two")]

    def __str__(self) -> str:
        return f"{self.low_id} {self.high_id}"


class Reading(models.Model):
    """How far an account has read a conversation: ``seq`` is the head it has seen."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "room"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.room_id}/{self.seq}"
