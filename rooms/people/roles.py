"""Who may do what: one enum of roles, one table."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("Organiser")
    MODERATOR = "moderator", _("Moderator")
    PARTICIPANT = "participant", _("Participant")
    OBSERVER = "observer", _("Observer")


class Action(StrEnum):
    """What a person may want to do in a room. Reading is decided by the room's access."""

    REPORT = "report"
    POST = "post"
    REACT = "react"
    EDIT_OWN = "edit_own"
    REMOVE_OWN = "remove_own"
    REMOVE_ANY = "remove_any"
    SEE_HELD = "see_held"
    DECIDE_HOLD = "decide_hold"
    MUTE = "mute"
    BAN = "ban"
    SET_MODE = "set_mode"
    SET_POLICY = "set_policy"
    SCHEDULE = "schedule"
    SET_ROLE = "set_role"
    TAKE_TASK = "take_task"
    ORGANISE = "organise"
    ADMIT = "admit"


_OBSERVER = frozenset({Action.REPORT})
_PARTICIPANT = _OBSERVER | {
    Action.POST,
    Action.REACT,
    Action.EDIT_OWN,
    Action.REMOVE_OWN,
    Action.TAKE_TASK,
}
_MODERATOR = _PARTICIPANT | {
    Action.REMOVE_ANY,
    Action.SEE_HELD,
    Action.DECIDE_HOLD,
    Action.MUTE,
    Action.BAN,
    Action.SET_MODE,
    Action.SET_POLICY,
    Action.ORGANISE,
    Action.ADMIT,
}
_OWNER = _MODERATOR | {Action.SCHEDULE, Action.SET_ROLE}

TABLE: dict[str, frozenset[Action]] = {
    Role.OBSERVER: _OBSERVER,
    Role.PARTICIPANT: _PARTICIPANT,
    Role.MODERATOR: _MODERATOR,
    Role.OWNER: _OWNER,
}

RANK = {Role.OBSERVER: 0, Role.PARTICIPANT: 1, Role.MODERATOR: 2, Role.OWNER: 3}


AFTER_A_BAN = frozenset({Action.REMOVE_OWN})
"""What somebody who is excluded may still do."""


def allowed(role: str, action: Action) -> bool:
    """Tell whether a role may take an action."""
    return action in TABLE[role]


def outranks(role: str, other: str) -> bool:
    """Tell whether ``role`` may sanction ``other``: only those below oneself."""
    return RANK[Role(role)] > RANK[Role(other)]
