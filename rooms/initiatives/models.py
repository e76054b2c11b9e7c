"""Initiatives: what somebody proposes, who promotes and who signs it, and what came of it.

An initiative is a room of its own. Its text is a message in that room, so that it is screened,
contested, removed and restored as any message is; ``Initiative`` holds no text. What is said
about it are the room's other messages, and its life is in the room's log.
"""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.models import Room
from rooms.people.models import NAME_LENGTH, Participant, User

PLACE_LENGTH = 80


def new_token() -> str:
    """Return the secret of a link."""
    return secrets.token_urlsafe(24)


class Kind(models.TextChoices):
    PROJECT = "project", _("Project")
    PETITION = "petition", _("Petition")
    DEBATE = "debate", _("Debate")


class Scope(models.TextChoices):
    NATIONAL = "national", _("National")
    LOCAL = "local", _("Local")


class Theme(models.TextChoices):
    TRANSPORT = "transport", _("Transport")
    HOUSING = "housing", _("Housing and town planning")
    ENVIRONMENT = "environment", _("Environment and climate")
    HEALTH = "health", _("Health")
    SCHOOL = "school", _("School and youth")
    WORK = "work", _("Work and economy")
    SOLIDARITY = "solidarity", _("Solidarity")
    JUSTICE = "justice", _("Justice and safety")
    DEMOCRACY = "democracy", _("Democracy and public services")
    CULTURE = "culture", _("Culture and sport")
    DIGITAL = "digital", _("Digital world")
    FARMING = "farming", _("Farming and countryside")
    OTHER = "other", _("Something else")


class Stage(models.TextChoices):
    """How far an initiative has come. Whether its text can be read is another matter."""

    SCREENED = "screened", _("Being looked at")
    PUBLISHED = "published", _("Open for signatures")
    REACHED = "reached", _("Threshold reached")
    IN_ACTION = "in_action", _("In action")
    REPORTED = "reported", _("Reported back")
    ARCHIVED = "archived", _("Archived")


class About(models.Model):
    """What is known of an initiative beside its text. ``place_code`` is one of rooms.places."""

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.PETITION)
    scope = models.CharField(max_length=8, choices=Scope.choices, default=Scope.NATIONAL)
    theme = models.CharField(max_length=11, choices=Theme.choices, default=Theme.OTHER)
    place_code = models.CharField(max_length=12, blank=True)
    place_name = models.CharField(max_length=PLACE_LENGTH, blank=True)
    threshold = models.IntegerField(default=50)

    class Meta:
        abstract = True


class InitiativeDraft(About):
    """What somebody is still writing and nobody else sees.

    ``client_id`` makes proposing idempotent. ``source_room`` and ``source_number`` name the
    message it was made from, if it was, ``group`` the room of the group it is proposed in.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="initiative_drafts")
    title = models.CharField(max_length=140, blank=True)
    brief = models.TextField(blank=True)
    language = models.CharField(max_length=2, choices=Room.Language.choices)
    client_id = models.CharField(max_length=64, default=new_token)
    source_room = models.ForeignKey(Room, null=True, blank=True, on_delete=models.CASCADE)
    source_number = models.BigIntegerField(null=True, blank=True)
    group = models.ForeignKey(
        Room, null=True, blank=True, on_delete=models.SET_NULL, related_name="drafts_in"
    )
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.title


class Initiative(About):
    """``text_number`` names the message that is its text; ``is_visible``: everybody may read it.

    ``stage`` is folded from the log, as are the times. ``rank`` is a coarse measure of how many
    have signed, by which lists are ordered: it changes seldom, signatures often.
    ``department``, ``latitude`` and ``longitude`` (degrees) are those of the place.
    """

    room = models.OneToOneField(Room, on_delete=models.PROTECT, related_name="initiative")
    stage = models.CharField(max_length=9, choices=Stage.choices, default=Stage.SCREENED)
    is_visible = models.BooleanField(default=False)
    text_number = models.BigIntegerField(null=True)
    rank = models.SmallIntegerField(default=0)
    department = models.CharField(max_length=3, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    published_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    source_room = models.ForeignKey(
        Room,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inspired",
        db_index=False,
    )
    source_number = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-rank", "-id"], name="initiative_rank", condition=Q(is_visible=True)
            ),
            models.Index(fields=["-id"], name="initiative_recent", condition=Q(is_visible=True)),
            models.Index(
                fields=["theme", "-rank", "-id"],
                name="initiative_theme",
                condition=Q(is_visible=True),
            ),
            models.Index(
                fields=["department", "-rank", "-id"],
                name="initiative_department",
                condition=Q(is_visible=True),
            ),
            # So narrow that the map is counted from it alone.
            models.Index(
                fields=["department"], name="initiative_tally", condition=Q(is_visible=True)
            ),
            models.Index(
                fields=["latitude", "longitude", "-rank", "-id"],
                name="initiative_around",
                condition=Q(is_visible=True),
            ),
            models.Index(fields=["source_room", "source_number"], name="initiative_source"),
            models.Index(fields=["id"], name="initiative_reached", condition=Q(stage="reached")),
        ]

    def __str__(self) -> str:
        return self.room.title

    @property
    def is_open(self) -> bool:
        """Tell whether it can be signed."""
        return self.is_visible and self.stage in (Stage.PUBLISHED, Stage.REACHED, Stage.IN_ACTION)


class Promoter(models.Model):
    """Somebody who answers for an initiative; the first one proposed it."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="promoters")
    participant = models.OneToOneField(Participant, on_delete=models.PROTECT)
    seq = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.participant)


class BoundRoom(models.Model):
    """A debate or an action room that belongs to an initiative."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="bound_rooms")
    room = models.OneToOneField(Room, on_delete=models.PROTECT, related_name="bound_to")
    seq = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.initiative_id} {self.room_id}"


class ReportBack(models.Model):
    """What promoters tell, at the end, of what was done. ``text_number`` names the message that is
    its text; ``seq`` is where it was published, None while it waits or was not published.

    ``people`` took part, for ``hours`` altogether, if that is known.
    """

    initiative = models.ForeignKey(
        Initiative, on_delete=models.PROTECT, related_name="reports", db_index=False
    )
    text_number = models.BigIntegerField()
    people = models.IntegerField(null=True, blank=True)
    hours = models.IntegerField(null=True, blank=True)
    seq = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["initiative", "text_number"], name="report_back_text")
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.text_number}"


class Picture(models.Model):
    """A picture of a report: a JPEG made anew from what was sent, with nothing but its pixels."""

    report = models.ForeignKey(ReportBack, on_delete=models.CASCADE, related_name="pictures")
    token = models.CharField(max_length=43, default=new_token, unique=True)
    jpeg = models.BinaryField()
    width = models.IntegerField()
    height = models.IntegerField()
    words = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.report_id} {self.width}x{self.height}"


class Signature(models.Model):
    """One person's signature. Who it is stands here alone, and can be erased.

    ``key`` is a keyed digest of the e-mail address: one address signs once, by whichever of its
    spellings. ``seq`` is where it was counted, ``withdrawn_seq`` where no longer. ``note`` is the
    number of the message in which the person says why they sign. ``source`` is a keyed digest of
    the network address, kept for as long as the pace of letters depends on it; the letter that
    asks to confirm leaves at ``letter_at``, and ``letters`` says how many left.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting for the e-mail to be confirmed")
        COUNTED = "counted", _("Counted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    initiative = models.ForeignKey(
        Initiative, on_delete=models.PROTECT, related_name="signatures", db_index=False
    )
    key = models.CharField(max_length=43)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    is_public = models.BooleanField(default=True)
    place_name = models.CharField(max_length=PLACE_LENGTH, blank=True)
    language = models.CharField(max_length=2, default=Room.Language.FRENCH)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.PENDING)
    token = models.CharField(max_length=43, default=new_token, unique=True)
    note = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    seq = models.BigIntegerField(null=True)
    withdrawn_seq = models.BigIntegerField(null=True)
    source = models.CharField(max_length=64, blank=True)
    letter_at = models.DateTimeField(null=True, blank=True)
    letters = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["initiative", "key"], name="signature_once")]
        indexes = [
            models.Index(
                fields=["initiative", "-seq"],
                name="signature_public",
                condition=Q(is_public=True, status="counted"),
            ),
            models.Index(fields=["source", "at"], name="signature_source", condition=~Q(source="")),
            models.Index(
                fields=["letter_at"], name="signature_letter", condition=Q(letter_at__isnull=False)
            ),
            models.Index(fields=["key"], name="signature_key"),
        ]

    def __str__(self) -> str:
        return f"{self.initiative_id}/{self.pk} {self.status}"
