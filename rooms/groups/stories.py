"""What is told of groups: requests to those who lead one, answers, and what is opened in one."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django_tasks import task

from rooms.eventlog.models import Room
from rooms.eventlog.payload import Context, Draft, Entry
from rooms.eventlog.registry import observers
from rooms.groups.events import GroupRoomOpened, MemberAdmitted, MemberAsked, MemberRefused
from rooms.groups.models import Candidate, Group
from rooms.groups.selectors import organisers_of
from rooms.notifications.kinds import Args, Story, Topic, kind
from rooms.notifications.tell import TOGETHER, tell
from rooms.people.membership import members_of
from rooms.people.models import Participant


@kind("group.asked", topic=Topic.GROUPS)
def _asked(args: Args) -> Story | None:
    asking = Candidate.objects.filter(participant=args["person"], status=Candidate.Status.ASKED)
    found = asking.select_related("participant__room").first()
    if found is None:
        return None
    room, name = found.participant.room, str(found.participant)
    title = _("%(name)s asks to be let in: %(title)s") % {"name": name, "title": room.title}
    return Story(title, _("Let them in, or not."), reverse("rooms:group", args=[room.slug]))


@kind("group.admitted", topic=Topic.GROUPS)
def _admitted(args: Args) -> Story | None:
    person = members_of(args["room"]).filter(pk=args["person"]).select_related("room").first()
    if person is None:
        return None
    title = _("You are let in: %(title)s") % {"title": person.room.title}
    line = _("See what the group does, and say hello.")
    return Story(title, line, reverse("rooms:group", args=[person.room.slug]))


@kind("group.refused", topic=Topic.GROUPS)
def _refused(args: Args) -> Story | None:
    refused = Candidate.objects.filter(
        participant=args["person"], status=Candidate.Status.REFUSED
    ).select_related("participant__room")
    found = refused.first()
    if found is None:
        return None
    # What a private group is called is its members' to know.
    path = reverse("rooms:group", args=[found.participant.room.slug])
    return Story(
        _("You are not let into the group"), _("You can ask again a week after that."), path
    )


@kind("group.room_opened", topic=Topic.GROUPS)
def _room_opened(args: Args) -> Story | None:
    rooms = Room.objects.filter(pk=args["room"]).exclude(status=Room.Status.CLOSED)
    room = rooms.select_related("group").first()
    if room is None or room.group is None:
        return None
    if not members_of(room.group.pk).filter(pk=args["person"]).exists():
        return None
    is_initiative = room.kind == Room.Kind.INITIATIVE
    if is_initiative and room.access != Room.Access.OPEN:
        return None  # Its text was taken away.
    words = {
        Room.Kind.DEBATE: _("A debate in your group %(group)s: %(title)s"),
        Room.Kind.ACTION: _("An action room in your group %(group)s: %(title)s"),
        Room.Kind.INITIATIVE: _("An initiative in your group %(group)s: %(title)s"),
    }
    title = words[Room.Kind(room.kind)] % {"group": room.group.title, "title": room.title}
    line = _("Read it, and sign it or not.") if is_initiative else _("Come in and take part.")
    page = "rooms:initiative" if is_initiative else "rooms:room"
    return Story(title, line, reverse(page, args=[room.slug]))


@task()
def tell_members(group_room_id: int, room_id: int, actor_id: int | None) -> None:
    """Tell a group's members what was opened in it, but for who did. Nobody is told twice."""
    people = members_of(group_room_id).filter(user__isnull=False)
    people = people.exclude(pk=actor_id) if actor_id else people
    key, last = f"room-{room_id}-in-group", 0
    while some := list(people.filter(pk__gt=last).select_related("user").order_by("pk")[:TOGETHER]):
        last = some[-1].pk
        for one in some:
            # Each by their own membership: who has left is told no more of a private room.
            args = {"room": room_id, "person": one.pk}
            tell("group.room_opened", to=[one.user] if one.user else [], args=args, key=key)


def _observe(ctx: Context, draft: Draft, entry: Entry) -> None:
    payload = draft.payload
    if entry.folding:
        return
    if isinstance(payload, MemberAsked):
        group = Group.objects.get(room=ctx.room)
        leading = [one.user for one in organisers_of(group) if one.user]
        key = f"group-{ctx.room.pk}-asked-{entry.seq}"
        tell("group.asked", to=leading, args={"person": payload.participant}, key=key)
    elif isinstance(payload, MemberAdmitted | MemberRefused):
        _tell_answer(ctx, payload, entry)
    elif isinstance(payload, GroupRoomOpened):
        tell_members.enqueue(ctx.room.pk, payload.room, entry.actor_id)


def _tell_answer(ctx: Context, payload: MemberAdmitted | MemberRefused, entry: Entry) -> None:
    person = Participant.objects.select_related("user").get(pk=payload.participant)
    if person.user is None:
        return
    name = "group.admitted" if isinstance(payload, MemberAdmitted) else "group.refused"
    args = {"room": ctx.room.pk, "person": person.pk}
    tell(name, to=[person.user], args=args, key=f"group-{ctx.room.pk}-answer-{entry.seq}")


observers.append(_observe)
