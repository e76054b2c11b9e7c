"""What is told to those who signed an initiative, who promote it, and who live near it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django_tasks import task

from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.registry import observers
from rooms.initiatives.checks import initiative_of
from rooms.initiatives.events import InitiativeBound, InitiativeReached, InitiativeReported
from rooms.initiatives.models import BoundRoom, Initiative, Signature
from rooms.initiatives.selectors import promoters_of
from rooms.lifecycle.events import RoomOpened
from rooms.lifecycle.stories import opening_key, was_awaited
from rooms.notifications.kinds import Args, Story, Topic, kind
from rooms.notifications.models import Contact
from rooms.notifications.nearby import neighbours_of
from rooms.notifications.tell import TOGETHER, Recipient, tell
from rooms.people.models import User


@kind("initiative.published", topic=Topic.INITIATIVES)
def _published(args: Args) -> Story | None:
    line = _("Everybody can read and sign it now. Share its link.")
    return _about(args, _("Your initiative is published: %(title)s"), line)


@kind("initiative.reached", topic=Topic.INITIATIVES)
def _reached(args: Args) -> Story | None:
    line = _("As many have signed as it asked for. An action room opens: see what you can do.")
    return _about(args, _("The threshold is reached: %(title)s"), line)


@kind("initiative.reported", topic=Topic.REPORTS)
def _reported(args: Args) -> Story | None:
    line = _("Those who promote it tell what was done.")
    return _about(args, _("The report is in: %(title)s"), line)


@kind("initiative.debated", topic=Topic.DEBATES)
def _debated(args: Args) -> Story | None:
    return _at(args, _("A debate on an initiative you signed: %(title)s"), _("Come in and speak."))


@kind("initiative.acted", topic=Topic.INITIATIVES)
def _acted(args: Args) -> Story | None:
    line = _("Take a task, or see what others do.")
    return _at(args, _("An action room is open: %(title)s"), line)


@kind("nearby.initiative", topic=Topic.NEARBY)
def _initiative_nearby(args: Args) -> Story | None:
    line = _("A new initiative. Read it, and sign it or not.")
    return _about(args, _("Near you: %(title)s"), line)


@kind("nearby.action", topic=Topic.NEARBY)
def _action_nearby(args: Args) -> Story | None:
    return _at(args, _("An action near you: %(title)s"), _("Take a task, or see what others do."))


def tell_published(initiative: Initiative) -> None:
    """Tell promoters and neighbours that an initiative can be read, the first time it can."""
    args = {"initiative": initiative.pk}
    promoters = [one.user for one in promoters_of(initiative) if one.user]
    tell("initiative.published", to=promoters, args=args, key=f"initiative-{initiative.pk}-here")
    _tell_nearby("nearby.initiative", initiative, args, f"initiative-{initiative.pk}-nearby")


@task()
def tell_signers(name: str, initiative_id: int, args: dict[str, Any], key: str) -> None:
    """Tell everybody who signed or promotes an initiative. Run again, it tells nobody twice."""
    initiative = Initiative.objects.select_related("room").get(pk=initiative_id)
    tell(name, to=[p.user for p in promoters_of(initiative) if p.user], args=args, key=key)
    for signers in _signers(initiative):
        tell(name, to=signers, args=args, key=key)


def _signers(initiative: Initiative) -> Iterator[list[Recipient]]:
    """Yield who has signed, some at a time: accounts, and addresses that have none."""
    counted = Signature.objects.filter(initiative=initiative, status=Signature.Status.COUNTED)
    last = 0
    while some := list(counted.filter(pk__gt=last).order_by("pk")[:TOGETHER]):
        last = some[-1].pk
        yield _recipients(some)


def _recipients(signatures: Iterable[Signature]) -> list[Recipient]:
    named = [one for one in signatures if one.user_id or one.email]
    emails = {one.email.lower(): one.language for one in named if not one.user_id}
    users = User.objects.filter(pk__in=[one.user_id for one in named if one.user_id])
    known = User.objects.filter(email__in=emails)
    for user in known:
        emails.pop(user.email.lower(), None)
    Contact.objects.bulk_create(
        [Contact(email=email, language=language) for email, language in emails.items()],
        ignore_conflicts=True,
    )
    return [*users, *known, *Contact.objects.filter(email__in=emails)]


def _tell_nearby(name: str, initiative: Initiative, args: dict[str, Any], key: str) -> None:
    if initiative.latitude is not None and initiative.longitude is not None:
        at = (initiative.latitude, initiative.longitude)
        tell(name, to=neighbours_of(at), args=args, key=key)


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Tell what happens to an initiative, and that a room which belongs to it opens."""
    payload = draft.payload
    if entry.folding:
        return
    if isinstance(payload, InitiativeReached):
        _tell_all("initiative.reached", initiative_of(ctx), "reached")
    elif isinstance(payload, InitiativeReported):
        _tell_all("initiative.reported", initiative_of(ctx), f"report-{payload.message}")
    elif isinstance(payload, InitiativeBound):
        _tell_bound(initiative_of(ctx), payload.room)
    elif isinstance(payload, RoomOpened) and was_awaited(ctx, entry):
        bound = BoundRoom.objects.filter(room=ctx.room).first()
        if bound is not None:
            args = {"room": ctx.room.pk}
            tell_signers.enqueue("room.opened", bound.initiative_id, args, opening_key(ctx, entry))


def _tell_all(name: str, initiative: Initiative, key: str) -> None:
    args = {"initiative": initiative.pk}
    tell_signers.enqueue(name, initiative.pk, args, f"initiative-{initiative.pk}-{key}")


def _tell_bound(initiative: Initiative, room_id: int) -> None:
    room = Room.objects.get(pk=room_id)
    args = {"room": room.pk}
    is_action = room.kind == Room.Kind.ACTION
    name = "initiative.acted" if is_action else "initiative.debated"
    tell_signers.enqueue(name, initiative.pk, args, f"room-{room.pk}-here")
    if is_action:
        _tell_nearby("nearby.action", initiative, args, f"room-{room.pk}-nearby")


def _about(args: Args, title: str, line: str) -> Story | None:
    found = Initiative.objects.select_related("room").filter(pk=args["initiative"]).first()
    if found is None or not found.is_visible:
        return None
    path = reverse("rooms:initiative", args=[found.room.slug])
    return Story(title % {"title": found.room.title}, line, path)


def _at(args: Args, title: str, line: str) -> Story | None:
    room = Room.objects.filter(pk=args["room"]).exclude(status=Room.Status.CLOSED).first()
    if room is None:
        return None
    return Story(title % {"title": room.title}, line, reverse("rooms:room", args=[room.slug]))


observers.append(_observe)
