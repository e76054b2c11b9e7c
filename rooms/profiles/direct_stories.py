"""What is told of private messages: that there are some, once until they are read, never what."""

from django.urls import reverse
from django.utils.translation import gettext as _

from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.registry import observers
from rooms.messages.events import MessagePosted
from rooms.notifications.kinds import Args, Story, Topic, kind
from rooms.notifications.tell import tell
from rooms.people.models import Participant, User
from rooms.profiles.direct import other_in, read_to, unread_in


@kind("direct.received", topic=Topic.MESSAGES)
def _received(args: Args) -> Story | None:
    room = Room.objects.filter(pk=args["room"]).first()
    user = User.objects.filter(pk=args["user"]).first()
    me = Participant.objects.filter(room=room, user=user).first() if room and user else None
    if room is None or user is None or me is None:
        return None
    if read_to(room, user) != args["since"] or not unread_in(room, user):
        return None
    title = _("%(name)s has written to you") % {"name": other_in(room, me)}
    return Story(title, _("Read it, and answer."), reverse("rooms:room", args=[room.slug]))


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    """Tell the other one of a conversation, unless they were told since they last read it."""
    if entry.folding or ctx.room.kind != Room.Kind.DIRECT:
        return
    if not isinstance(draft.payload, MessagePosted) or entry.actor_id is None:
        return
    other = other_in(ctx.room, Participant(pk=entry.actor_id))
    if other is None or other.user is None:
        return
    since = read_to(ctx.room, other.user)
    args = {"room": ctx.room.pk, "user": other.user.pk, "since": since}
    tell("direct.received", to=[other.user], args=args, key=f"direct-{ctx.room.pk}-{since}")


observers.append(_observe)
