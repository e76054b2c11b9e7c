"""Where an initiative comes from, told in the room it comes from."""

from django.db import transaction

from rooms.eventlog.append import append
from rooms.eventlog.payload import Draft
from rooms.initiatives.models import Initiative
from rooms.initiatives.told_events import MessagePromoted


def tell_source(initiative: Initiative) -> None:
    """Let the room of the message that an initiative was made from say so, once committed."""
    room, number = initiative.source_room_id, initiative.source_number
    if room is None or number is None:
        return
    promoted = MessagePromoted(message=number, initiative=initiative.room_id)
    transaction.on_commit(lambda: append(room, [Draft(promoted, None)]))
