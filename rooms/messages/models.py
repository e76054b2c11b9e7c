"""Messages. What was said lives in rows of its own, so that it can be taken away for good.

``Message`` is folded from the log and holds no text. ``MessageBody`` is what everybody may
read; ``VaultedBody`` is what only moderators and the author may, until it is deleted.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.models import Room
from rooms.people.models import Participant


class Side(models.TextChoices):
    FOR = "for", _("For")
    AGAINST = "against", _("Against")
    NEUTRAL = "neutral", _("Neutral")


class Message(models.Model):
    """A message, named in its room by ``number``: the sequence of the event that first logged it.

    ``digest`` and ``client_id`` make sending idempotent. ``published_seq`` is where everybody
    could first read it, and where its line stands whatever becomes of it; ``held_at`` since
    when it waits for a moderator. ``decided_seq`` is the sequence of the last decision on it.
    ``erased_seq`` is where its author had everything erased; no text of it comes back.
    """

    class Status(models.TextChoices):
        VISIBLE = "visible", _("Published")
        HELD = "held", _("Waiting for a moderator")
        REJECTED = "rejected", _("Not published")
        REMOVED = "removed", _("Removed")

    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    number = models.BigIntegerField()
    author = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="messages", db_index=False
    )
    client_id = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    side = models.CharField(max_length=7, choices=Side.choices, blank=True)
    reply_to = models.BigIntegerField(null=True)
    status = models.CharField(max_length=8, choices=Status.choices)
    rule = models.CharField(max_length=20, blank=True)
    span: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    revision = models.IntegerField(default=0)
    published_seq = models.BigIntegerField(null=True)
    held_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(
        Participant, null=True, on_delete=models.PROTECT, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    decided_by = models.ForeignKey(
        Participant, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_seq = models.BigIntegerField(null=True)
    erased_seq = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="message_room_number"),
            models.UniqueConstraint(fields=["author", "client_id"], name="message_client_id"),
        ]
        indexes = [
            models.Index(fields=["author", "-at"], name="message_author_at"),
            models.Index(
                fields=["room", "number"],
                condition=models.Q(status="held"),
                name="message_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.number}"


class MessageBody(models.Model):
    """The text of a published message, as everybody may read it."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    revision = models.IntegerField(default=0)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "number"], name="body_room_number")]

    def __str__(self) -> str:
        return self.text


class VaultedBody(models.Model):
    """A text that was held, superseded by an edit, or removed.

    ``until`` is when it is deleted: the end of the time for an appeal. None while the
    message is held, stands in a later revision, or is contested.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    revision = models.IntegerField()
    text = models.TextField()
    until = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "number", "revision"], name="vault_revision")
        ]

    def __str__(self) -> str:
        return self.text


class Reaction(models.Model):
    """One emoji of one person on one message."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE)
    emoji = models.CharField(max_length=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room", "number", "participant", "emoji"], name="reaction_once"
            )
        ]

    def __str__(self) -> str:
        return self.emoji
