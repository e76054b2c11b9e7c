"""Statements of reasons, reports, notices of illegal content, appeals, and letters about them.

Statements, reports, notices and appeals are folded from the log and hold no text and no
address. What people wrote about them stands in rows of its own, named by the event's sequence.
"""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.models import Room
from rooms.moderation.reasons import UNLAWFUL, Reason
from rooms.people.models import Participant


def new_token() -> str:
    """Return the secret part of a link: whoever has the link needs no account."""
    return secrets.token_urlsafe(16)


def _person(
    related_name: str = "+", *, db_index: bool = True
) -> "models.ForeignKey[Participant, Participant]":
    return models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name=related_name, db_index=db_index
    )


def _maybe_person() -> "models.ForeignKey[Participant | None, Participant | None]":
    return models.ForeignKey(Participant, null=True, on_delete=models.PROTECT, related_name="+")


class Statement(models.Model):
    """What was decided about somebody, why, by which rule and by whom: DSA, Article 17.

    Named by ``seq``, the sequence of the restricting event. ``rule`` is why a hold, on which the
    decision was taken, came about: "" where a moderator found it. ``until`` is a mute's end,
    ``seconds`` the time between two messages of one who was slowed. ``lifted_seq`` is the
    event that took the restriction back.
    """

    class Kind(models.TextChoices):
        REJECTED = "rejected", _("Message not published")
        REMOVED = "removed", _("Message removed")
        MUTED = "muted", _("Muted")
        BANNED = "banned", _("Excluded from the room")
        SLOWED = "slowed", _("Slowed down")

    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="statements", db_index=False
    )
    seq = models.BigIntegerField()
    participant = _person("statements", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    number = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    rule = models.CharField(max_length=20, blank=True)
    is_automated = models.BooleanField()
    decided_by = _maybe_person()
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    seconds = models.IntegerField(default=0)
    lifted_seq = models.BigIntegerField(null=True)
    token = models.CharField(max_length=22, unique=True, default=new_token)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="statement_room_seq"),
        ]
        indexes = [
            models.Index(fields=["participant", "-seq"], name="statement_participant"),
            models.Index(fields=["room", "number"], name="statement_message"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq} {self.kind}"

    @property
    def rests_on_law(self) -> bool:
        """Tell whether the reason is the law's, not only the room's rules'."""
        return self.reason in UNLAWFUL

    @property
    def is_about_message(self) -> bool:
        return self.number is not None


class Report(models.Model):
    """Somebody told the moderators of a message. ``outcome`` is "" until they have looked."""

    class Outcome(models.TextChoices):
        KEPT = "kept", _("It stays")
        REMOVED = "removed", _("It was removed")

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="reports", db_index=False)
    seq = models.BigIntegerField()
    number = models.BigIntegerField()
    reporter = _person("reports", db_index=False)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    settled_seq = models.BigIntegerField(null=True)
    settled_by = _maybe_person()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="report_room_seq"),
            models.UniqueConstraint(fields=["room", "number", "reporter"], name="report_once"),
        ]
        indexes = [
            models.Index(fields=["reporter", "-at"], name="report_reporter_at"),
            models.Index(fields=["room", "number"], condition=Q(outcome=""), name="report_open"),
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq}"


class ReportWords(models.Model):
    """What a reporter added in their own words; only moderators read it."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, db_index=False)
    seq = models.BigIntegerField()
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "seq"], name="report_words_seq")]

    def __str__(self) -> str:
        return self.text


class Notice(models.Model):
    """Anybody's notice that a message is illegal: DSA, Article 16. Named by its sequence."""

    class Ground(models.TextChoices):
        HATE = "hate", _("Hatred against a protected group")
        THREAT = "threat", _("Threat or call to violence")
        PERSONAL_DATA = "personal_data", _("Personal data of somebody")
        CHILD_ABUSE = "child_abuse", _("Sexual abuse of children")
        OTHER_LAW = "other_law", _("It breaks another law")

    class Outcome(models.TextChoices):
        REMOVED = "removed", _("The message was removed")
        KEPT = "kept", _("The message stays")

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="notices", db_index=False)
    seq = models.BigIntegerField()
    number = models.BigIntegerField()
    ground = models.CharField(max_length=13, choices=Ground.choices)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    decided_by = _maybe_person()
    decided_seq = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "seq"], name="notice_room_seq")]
        indexes = [models.Index(fields=["room"], condition=Q(outcome=""), name="notice_open")]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq}"


class NoticeText(models.Model):
    """What a notice says and who sent it: for moderators. ``answer``: the decision's words.

    ``sender`` is a keyed digest of the network address it came from, kept as long as the limit
    of notices looks back.
    """

    room = models.ForeignKey(Room, on_delete=models.CASCADE, db_index=False)
    seq = models.BigIntegerField()
    explanation = models.TextField()
    name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    answer = models.TextField(blank=True)
    sender = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    token = models.CharField(max_length=22, unique=True, default=new_token)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "seq"], name="notice_text_seq")]
        indexes = [
            models.Index(fields=["sender", "at"], condition=~Q(sender=""), name="notice_sender")
        ]

    def __str__(self) -> str:
        return self.explanation


class Appeal(models.Model):
    """Somebody contests a decision about them: DSA, Article 20. Named by that decision."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("The decision stands")
        REVERSED = "reversed", _("The decision was wrong and is reversed")

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="appeals", db_index=False)
    decision = models.BigIntegerField()
    opened_seq = models.BigIntegerField()
    opened_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    decided_by = _maybe_person()
    decided_seq = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "decision"], name="appeal_room_decision")
        ]
        indexes = [models.Index(fields=["room"], condition=Q(outcome=""), name="appeal_open")]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.decision}"


class AppealMessage(models.Model):
    """One turn of an appeal, for the person and moderators alone. The last is the decision's."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, db_index=False)
    decision = models.BigIntegerField()
    seq = models.BigIntegerField()
    author = _person()
    is_moderators = models.BooleanField()
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "seq"], name="appeal_message_seq")]
        indexes = [models.Index(fields=["room", "decision", "seq"], name="appeal_dialogue")]

    def __str__(self) -> str:
        return self.text


class Letter(models.Model):
    """An e-mail to be sent about one event. Its words and its address are found when it leaves.

    ``taken_at``: a clock has taken it, and no other one will.
    """

    class Kind(models.TextChoices):
        STATEMENT = "statement"
        NOTICE_RECEIVED = "notice_received"
        NOTICE_DECIDED = "notice_decided"
        APPEAL_ANSWERED = "appeal_answered"
        APPEAL_DECIDED = "appeal_decided"

    kind = models.CharField(max_length=15, choices=Kind.choices)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, db_index=False)
    seq = models.BigIntegerField()
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "seq"], name="letter_room_seq")]
        indexes = [models.Index(fields=["due_at"], condition=Q(taken_at=None), name="letter_due")]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq} {self.kind}"
