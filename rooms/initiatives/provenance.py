"""Where an initiative comes from, told in the room it comes from, and in its group."""

from rooms.eventlog.elsewhere import append_elsewhere
from rooms.eventlog.payload import Draft
from rooms.groups.events import GroupRoomOpened
from rooms.initiatives.models import Initiative
from rooms.initiatives.selectors import promoters_of
from rooms.initiatives.told_events import MessagePromoted
from rooms.people.membership import find_participant


def tell_source(initiative: Initiative) -> None:
    """Let the room of the message that an initiative was made from say so, once committed."""
    room, number = initiative.source_room_id, initiative.source_number
    if room is None or number is None:
        return
    promoted = MessagePromoted(message=number, initiative=initiative.room_id)
    append_elsewhere(room, Draft(promoted, None))


def tell_group(initiative: Initiative) -> None:
    """Let the group that an initiative was proposed in say so, once committed, and once only."""
    group, first = initiative.room.group, next(iter(promoters_of(initiative)), None)
    person = find_participant(room=group, user=first.user) if group and first else None
    if group is None or person is None:
        return
    append_elsewhere(group.pk, Draft(GroupRoomOpened(room=initiative.room_id), person.pk))
