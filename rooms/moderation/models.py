"""What moderators set for a room."""

from django.db import models

from rooms.eventlog.models import Room


class RoomWords(models.Model):
    """One version of a room's own list of held expressions, one a line; never changed."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="word_lists")
    version = models.IntegerField()
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "version"], name="words_room_version")
        ]

    def __str__(self) -> str:
        return f"{self.room_id} v{self.version}"
