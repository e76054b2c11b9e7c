"""Meetups and who comes, folded from the log; what a meetup says, beside it."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.models import Room
from rooms.organizing.models import LENGTH
from rooms.people.models import Participant


class Answer(models.TextChoices):
    """Whether somebody comes. Recorded in the log: add, never rename."""

    YES = "yes", _("I’ll be there")
    MAYBE = "maybe", _("Maybe")
    NO = "no", _("I can’t come")


class Meetup(models.Model):
    """People meet, named in its room by ``number``: the sequence of its first event.

    Without a ``capacity`` there is room for everybody. ``place`` is a code of the gazetteer.
    ``moved_seq`` is where its time or place was last changed.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="meetups", db_index=False)
    number = models.BigIntegerField()
    author = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client_id = models.CharField(max_length=64)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    capacity = models.IntegerField(null=True)
    place = models.CharField(max_length=12, blank=True)
    moved_seq = models.BigIntegerField()
    is_cancelled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="meetup_room_number"),
            models.UniqueConstraint(fields=["author", "client_id"], name="meetup_client_id"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.number}"

    @property
    def until(self) -> datetime:
        """Return when it ends, as far as anybody can tell."""
        return self.ends_at or self.starts_at + LENGTH


class MeetupText(models.Model):
    """What a meetup says; gone when its author, or who wrote it last, is erased."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    title = models.CharField(max_length=120)
    town = models.CharField(max_length=80, blank=True)
    spot = models.CharField(max_length=200, blank=True)
    note = models.TextField(max_length=1000, blank=True)
    writer = models.ForeignKey(Participant, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="meetup_text_number")
        ]

    def __str__(self) -> str:
        return self.title


class Rsvp(models.Model):
    """What one person answered; ``seq`` is where, ``line_seq`` where their wait began.

    Who waits takes no place; the one with the lowest ``line_seq`` is next.
    """

    meetup = models.ForeignKey(
        Meetup, on_delete=models.CASCADE, related_name="rsvps", db_index=False
    )
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="rsvps")
    answer = models.CharField(max_length=5, choices=Answer.choices)
    companions = models.IntegerField(default=0)
    line_seq = models.BigIntegerField(null=True)
    seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meetup", "participant"], name="rsvp_once")]

    def __str__(self) -> str:
        return f"{self.meetup} {self.answer}"

    @property
    def seats(self) -> int:
        """Return how many places it asks for."""
        return 1 + self.companions if self.answer == Answer.YES else 0
