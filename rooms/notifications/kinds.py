"""What people can be told of: topics, which people choose by, and the kinds of stories in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """What a person chooses about in one go. Of ``MINE`` the inbox always tells."""

    MINE = "mine", _("Decisions about you, and your appeals")
    ACTIONS = "actions", _("Your tasks, shifts and meetups, and announcements")
    DEBATES = "debates", _("Debates and action rooms that open")
    INITIATIVES = "initiatives", _("Initiatives you signed or promote")
    REPORTS = "reports", _("Reports on what came of them")
    MESSAGES = "messages", _("Contacts and direct messages")
    GROUPS = "groups", _("Your groups")
    NEARBY = "nearby", _("Initiatives and actions near you")


@dataclass(frozen=True)
class Story:
    """What is told: a title, a line that says what to do, and the page to open (a path)."""

    title: str
    line: str
    path: str


Args = Mapping[str, Any]
Tell = Callable[[Args], Story | None]


@dataclass(frozen=True)
class Kind:
    """``is_urgent``: tomorrow is too late, so that nobody gets it in a digest. ``by_mail``: a
    letter tells it, unless another one does already."""

    name: str
    topic: Topic
    tell: Tell
    is_urgent: bool
    by_mail: bool


kinds: dict[str, Kind] = {}


def kind(
    name: str, *, topic: Topic, is_urgent: bool = False, by_mail: bool = True
) -> Callable[[Tell], Tell]:
    """Register what puts stories of one kind in words.

    It is called when somebody reads or a letter leaves, in the reader's language, and returns None
    where there is nothing to tell any more: what was removed is never told.
    """

    def register(tell: Tell) -> Tell:
        if name in kinds:
            raise ValueError(f"stories of the kind {name} are registered twice")
        kinds[name] = Kind(name, topic, tell, is_urgent, by_mail)
        return tell

    return register


def names_of(topic: str) -> list[str]:
    """Return the kinds of a topic."""
    return [one.name for one in kinds.values() if one.topic == topic]
