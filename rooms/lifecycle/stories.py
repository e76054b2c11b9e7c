"""What is told to those who are in a room: that it opens."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django_tasks import task

from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.registry import observers
from rooms.lifecycle.events import RoomOpened
from rooms.notifications.kinds import Args, Story, Topic, kind
from rooms.notifications.tell import TOGETHER, tell
from rooms.people.membership import members_of
from rooms.people.models import Participant

AWAITED = timedelta(minutes=1)
"""A room that opens sooner after it was made was opened at once: nobody waited for it."""


@kind("room.opened", topic=Topic.DEBATES, is_urgent=True)
def _opened(args: Args) -> Story | None:
    room = Room.objects.filter(pk=args["room"], status=Room.Status.OPEN).first()
    if room is None:
        return None
    title = _("It starts: %(title)s") % {"title": room.title}
    path = reverse("rooms:room", args=[room.slug])
    return Story(title, _("The room is open now. Come in."), path)


def was_awaited(ctx: Context, entry: Entry) -> bool:
    """Tell whether a room that opens was there before, for people to wait for it."""
    return entry.at - ctx.room.created_at >= AWAITED


def opening_key(ctx: Context, entry: Entry) -> str:
    """Return what one opening of a room is told under, to whomever it is told."""
    return f"room-{ctx.room.pk}-opened-{entry.seq}"


@task()
def tell_participants(room_id: int, actor_id: int | None, key: str) -> None:
    """Tell the accounts in a room that it opens, but for who opened it. Nobody is told twice."""
    people = Participant.objects.filter(room=room_id, user__isnull=False, is_banned=False)
    people = people.exclude(pk=actor_id) if actor_id else people
    room = Room.objects.get(pk=room_id)
    if room.access == Room.Access.MEMBERS:
        members = members_of(room.group_id or room.pk)
        people = people.filter(user__in=members.values("user"))
    last = 0
    while some := list(people.filter(pk__gt=last).select_related("user").order_by("pk")[:TOGETHER]):
        last = some[-1].pk
        tell("room.opened", to=[p.user for p in some if p.user], args={"room": room_id}, key=key)


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Tell those who wait for a room."""
    if entry.folding or not isinstance(draft.payload, RoomOpened):
        return
    if was_awaited(ctx, entry):
        tell_participants.enqueue(ctx.room.pk, entry.actor_id, opening_key(ctx, entry))


observers.append(_observe)
