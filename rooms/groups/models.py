"""Groups: a room for people who stay together, with what they open in it.

A group is a room of its own: its chat, its moderation and its ledger are those of any room, and
who is in it is the room's people, but for observers.
"""

from django.db import models

from rooms.eventlog.models import Room
from rooms.people.models import Participant

PLACE_LENGTH = 80


class Group(models.Model):
    """What is known of a group beside its room, whose title and brief are the group's.

    With a ``parent`` and a place it is a local section. ``place_code`` is one of rooms.places,
    ``department`` that of the place. ``search_key`` is the title and the place as they are looked
    for (``places.folding.fold``).
    """

    room = models.OneToOneField(Room, on_delete=models.PROTECT, related_name="as_group")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="sections"
    )
    place_code = models.CharField(max_length=12, blank=True)
    place_name = models.CharField(max_length=PLACE_LENGTH, blank=True)
    department = models.CharField(max_length=3, blank=True)
    search_key = models.CharField(max_length=600)

    class Meta:
        indexes = [models.Index(fields=["department", "-id"], name="group_department")]

    def __str__(self) -> str:
        return self.room.title

    @property
    def is_private(self) -> bool:
        """Tell whether only its members read it."""
        return self.room.access == Room.Access.MEMBERS


class Candidate(models.Model):
    """Why somebody known in a group's room is not in the group. Folded from the log."""

    class Status(models.TextChoices):
        ASKED = "asked"
        REFUSED = "refused"
        LEFT = "left"

    participant = models.OneToOneField(
        Participant, on_delete=models.PROTECT, related_name="candidate"
    )
    status = models.CharField(max_length=7, choices=Status.choices)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.participant_id} {self.status}"
