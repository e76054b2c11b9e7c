"""The two tables everything else is derived from: rooms and their append-only events."""

import secrets
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

# No vowels and no look-alikes (0/o, 1/i/l): a code read aloud in a hall is typed right, and
# spells nothing.
CODE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 6


def new_code() -> str:
    """Return a random room code, about 4.8 * 10**8 possibilities."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def new_epoch() -> str:
    """Return a name for one uninterrupted history of a room.

    A restored database may number other events with sequences that clients already hold;
    a new epoch (``manage.py newepoch``) tells them to start again.
    """
    return secrets.token_hex(8)


class Room(models.Model):
    """A place with one event log. ``head`` is the sequence of its last event.

    While ``is_paused`` only moderators write; while ``is_locked`` nobody new comes in.
    ``slow_seconds`` is the least time between two messages of one person, 0 for any.
    ``hold_all`` and ``hold_newcomers`` say whose messages wait for a moderator. What waited
    ``hold_minutes`` gets ``hold_outcome``; ``holds_due_at`` is when that next happens.
    Of an initiative's room, ``signature_count`` says how many have signed it, of ``threshold``.
    ``group`` is the room of the group that this one was opened in; its members read it where
    ``access`` is theirs alone.
    """

    class Kind(models.TextChoices):
        DEBATE = "debate", _("Debate")
        ACTION = "action", _("Action room")
        INITIATIVE = "initiative", _("Initiative")
        GROUP = "group", _("Group")
        DIRECT = "direct", _("Private conversation")

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Coming up")
        OPEN = "open", _("Live")
        CLOSED = "closed", _("Closed")

    class Access(models.TextChoices):
        OPEN = "open", _("Open to everybody")
        CODE = "code", _("Only with the code")
        MEMBERS = "members", _("Members of the group")

    class HoldOutcome(models.TextChoices):
        KEEP = "keep", _("it goes on waiting")
        RELEASE = "release", _("it is published")
        REJECT = "reject", _("it is not published")

    class Language(models.TextChoices):
        FRENCH = "fr", "Français"
        ENGLISH = "en", "English"

    slug = models.SlugField(max_length=80, unique=True)
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.DEBATE)
    title = models.CharField(max_length=140)
    brief = models.TextField(max_length=2000, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, default=Language.FRENCH)
    access = models.CharField(max_length=7, choices=Access.choices, default=Access.OPEN)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.SCHEDULED)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    head = models.BigIntegerField(default=0)
    epoch = models.CharField(max_length=16, default=new_epoch)
    policy_version = models.IntegerField(default=0)
    is_paused = models.BooleanField(default=False)
    is_locked = models.BooleanField(default=False)
    slow_seconds = models.IntegerField(default=0)
    hold_all = models.BooleanField(default=False)
    hold_newcomers = models.BooleanField(default=False)
    hold_outcome = models.CharField(
        max_length=7, choices=HoldOutcome.choices, default=HoldOutcome.KEEP
    )
    hold_minutes = models.IntegerField(default=30)
    holds_due_at = models.DateTimeField(null=True, blank=True)
    signature_count = models.IntegerField(default=0)
    threshold = models.IntegerField(default=0)
    group = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="rooms_in"
    )

    class Meta:
        indexes = [
            models.Index(fields=["status", "opens_at"], name="room_status_opens"),
            models.Index(fields=["status", "closes_at"], name="room_status_closes"),
            models.Index(fields=["holds_due_at"], name="room_holds_due"),
        ]

    def __str__(self) -> str:
        return self.title


class Event(models.Model):
    """One entry of a room's log. The database refuses to update or delete it."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.BigIntegerField()
    type = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.ForeignKey("rooms.Participant", null=True, on_delete=models.PROTECT)
    payload: "models.JSONField[Any, Any]" = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "seq"], name="event_room_seq")]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq} {self.type}"
