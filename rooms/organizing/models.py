"""Tasks of an action room and who takes them, folded from the log; what a task says, beside it."""

import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.models import Room
from rooms.people.models import Participant


class State(models.TextChoices):
    """How somebody stands to a task. Recorded in the log: add, never rename."""

    ASKED = "asked", _("asked")
    OFFERED = "offered", _("offers to come")
    CONFIRMED = "confirmed", _("confirmed")
    ON_WAY = "on_way", _("on the way")
    HERE = "here", _("here")
    DONE = "done", _("done")
    NO_SHOW = "no_show", _("did not come")
    WITHDRAWN = "withdrawn", _("withdrawn")


AWAY = (State.NO_SHOW, State.WITHDRAWN)
"""States that take up no place of a task."""
AHEAD = (State.ASKED, State.OFFERED, State.CONFIRMED, State.ON_WAY)
"""States of those who are not there yet, and may still withdraw or hand over."""
BUSY = (State.OFFERED, State.CONFIRMED, State.ON_WAY, State.HERE)
"""States of those who said that they come: nobody is in two places at once."""
EXPECTED = (State.CONFIRMED, State.ON_WAY)
"""States of those who are waited for."""
LENGTH = timedelta(hours=1)
"""How long a task takes that says no end."""


class Task(models.Model):
    """Something to be done, named in its room by ``number``: the sequence of its first event.

    ``source_number`` is the message that it was made from, of ``source_room`` or, where that is
    None, of its own. A shift is a task that is a part of
    another, ``whole``, in place of which it is taken.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    number = models.BigIntegerField()
    author = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client_id = models.CharField(max_length=64)
    source_room = models.ForeignKey(
        Room, null=True, on_delete=models.PROTECT, related_name="tasks_made_from", db_index=False
    )
    source_number = models.BigIntegerField(null=True)
    whole = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    capacity = models.IntegerField()
    is_cancelled = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="task_room_number"),
            models.UniqueConstraint(fields=["author", "client_id"], name="task_client_id"),
        ]
        indexes = [models.Index(fields=["source_room", "source_number"], name="task_source")]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.number}"

    @property
    def until(self) -> datetime | None:
        """Return when it ends, as far as anybody can tell."""
        return self.ends_at or (self.starts_at and self.starts_at + LENGTH)


class TaskText(models.Model):
    """What a task says; gone when its author, or who wrote it last, is erased.

    What a shift leaves out, its task says.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    title = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=80, blank=True)
    note = models.TextField(max_length=1000, blank=True)
    writer = models.ForeignKey(Participant, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "number"], name="task_text_number")]

    def __str__(self) -> str:
        return self.title


class Assignment(models.Model):
    """How one person stands to one task; ``seq`` is the last event that changed it."""

    task = models.ForeignKey(
        Task, on_delete=models.CASCADE, related_name="assignments", db_index=False
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="assignments"
    )
    state = models.CharField(max_length=9, choices=State.choices)
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "participant"], name="assignment_once")
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.state}"


def new_key() -> str:
    """Return an unguessable name of a calendar."""
    return secrets.token_urlsafe(24)


class CalendarKey(models.Model):
    """What somebody's calendars of one room are read by, without signing in."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE)
    key = models.CharField(max_length=40, unique=True, default=new_key)

    def __str__(self) -> str:
        return f"calendar of {self.participant_id}"


class Announcement(models.Model):
    """Something that everybody in the room has to know, named by ``number`` as tasks are.

    ``edited_seq`` is where its text was last changed, ``renewed_seq`` where everybody was last
    asked to read it again.
    """

    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="announcements", db_index=False
    )
    number = models.BigIntegerField()
    author = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    client_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    edited_seq = models.BigIntegerField(null=True)
    renewed_seq = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="announcement_number"),
            models.UniqueConstraint(fields=["author", "client_id"], name="announcement_client_id"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.number}"

    @property
    def version(self) -> int:
        """Return what those who acknowledge it have to have read, at least."""
        return self.renewed_seq or self.number


class AnnouncementText(models.Model):
    """What an announcement says; gone when its author, or who wrote it last, is erased."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    text = models.TextField(max_length=500)
    writer = models.ForeignKey(Participant, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="announcement_text_number")
        ]

    def __str__(self) -> str:
        return self.text


class Acknowledgement(models.Model):
    """That somebody has read an announcement; ``seq`` is where they said so."""

    announcement = models.ForeignKey(
        Announcement, on_delete=models.CASCADE, related_name="acknowledgements", db_index=False
    )
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["announcement", "participant"], name="acknowledgement_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.announcement} {self.participant_id}"
