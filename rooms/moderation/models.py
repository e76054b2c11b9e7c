"""What moderators set for a room."""

from typing import Any

from django.db import models

from rooms.eventlog.models import Room


class RoomPolicy(models.Model):
    """One version of a room's own rules for screening (``screening.RoomRules``); never changed."""

    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="policies", db_index=False
    )
    version = models.IntegerField()
    rules: "models.JSONField[Any, Any]" = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "version"], name="policy_room_version")
        ]

    def __str__(self) -> str:
        return f"{self.room_id} v{self.version}"
