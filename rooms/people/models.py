"""Accounts, and the participants that accounts and guests are inside a room."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.eventlog.models import Room
from rooms.eventlog.views import shown_name
from rooms.people.roles import AFTER_A_BAN, Action, Role, allowed

NAME_LENGTH = 40


class UserManager(BaseUserManager["User"]):
    """Creates accounts named by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractUser):
    """An account: an e-mail address that was shown to be its owner's.

    ``is_team``: one of the site's moderators, who moderate each open room they enter.
    ``language`` is the one they last read the site in, for what is written to them.
    """

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True)
    is_team = models.BooleanField(default=False)
    language = models.CharField(max_length=2, choices=Room.Language.choices, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.name or self.email


class Participant(models.Model):
    """A person in one room: an account, or a guest bound to a browser session.

    ``role`` and the sanctions (``muted_until``, ``is_banned``, and ``slow_seconds``, the least
    time between two messages) are folded from the log. ``superseded_by`` names the
    account's own participant where a guest signed in and was in the room already.
    ``name_key`` is the name as it reads (``names.name_key``), "" for one who was erased.
    """

    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="participants", db_index=False
    )
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    guest_key = models.CharField(max_length=43, blank=True)
    name = models.CharField(max_length=NAME_LENGTH)
    name_key = models.CharField(max_length=4 * NAME_LENGTH)
    role = models.CharField(max_length=11, choices=Role.choices, default=Role.PARTICIPANT)
    muted_until = models.DateTimeField(null=True, blank=True)
    is_banned = models.BooleanField(default=False)
    slow_seconds = models.IntegerField(default=0)
    superseded_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["room", "user"],
                condition=Q(user__isnull=False, superseded_by__isnull=True),
                name="participant_room_user",
            ),
            models.UniqueConstraint(
                fields=["room", "guest_key"],
                condition=~Q(guest_key=""),
                name="participant_room_guest",
            ),
        ]
        indexes = [models.Index(fields=["room", "name_key"], name="participant_room_name")]

    def __str__(self) -> str:
        return shown_name(self.name)

    def may(self, action: Action) -> bool:
        """Tell whether this person may take an action: by their role, unless they are excluded."""
        return allowed(self.role, action) and (not self.is_banned or action in AFTER_A_BAN)

    @property
    def is_erased(self) -> bool:
        """Tell whether nothing is known of this person any more."""
        return not self.name_key

    @property
    def is_moderator(self) -> bool:
        """Tell whether this person sees what is held back from others."""
        return self.may(Action.SEE_HELD)
