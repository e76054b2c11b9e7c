"""What is told about contacts."""

from django.urls import reverse
from django.utils.translation import gettext as _

from rooms.notifications.kinds import Args, Story, Topic, kind
from rooms.profiles.models import Tie


@kind("contact.asked", topic=Topic.MESSAGES)
def _asked(args: Args) -> Story | None:
    waiting = Tie.objects.filter(pk=args["tie"], accepted_at=None, declined_at=None)
    tie = waiting.select_related("asker").first()
    if tie is None:
        return None
    title = _("%(name)s would like to be a contact of yours") % {"name": _name(tie.asker.name)}
    return Story(title, _("Accept or decline."), reverse("rooms:contacts"))


@kind("contact.accepted", topic=Topic.MESSAGES)
def _accepted(args: Args) -> Story | None:
    ties = Tie.objects.filter(pk=args["tie"], accepted_at__isnull=False)
    tie = ties.select_related("asked").first()
    if tie is None:
        return None
    title = _("%(name)s is now a contact of yours") % {"name": _name(tie.asked.name)}
    return Story(title, _("See your contacts."), reverse("rooms:contacts"))


def _name(name: str) -> str:
    """Return what somebody is called; an address is never told."""
    return name or _("Somebody")
