"""The ledger: one sealed line for each moderation event, folded from the log."""

from django.db import models

from rooms.eventlog.models import Room


class LedgerEntry(models.Model):
    """A moderation event's place in the chain, and what it is counted by.

    ``digest`` covers the event's public record and the digest before it. ``by`` is "machine",
    "moderator", "author" or "participant"; ``basis`` the rule, reason or outcome; ``waited`` how
    long the message had been held or reported, where this decides about it.
    """

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="ledger", db_index=False)
    seq = models.BigIntegerField()
    type = models.CharField(max_length=40)
    at = models.DateTimeField(db_index=True)
    by = models.CharField(max_length=11)
    basis = models.CharField(max_length=20, blank=True)
    message = models.BigIntegerField(null=True)
    waited = models.DurationField(null=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "seq"], name="ledger_room_seq")]
        indexes = [models.Index(fields=["room", "message"], name="ledger_room_message")]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq} {self.type}"
