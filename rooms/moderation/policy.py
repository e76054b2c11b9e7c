"""A room's own rules for screening."""

from django.utils.translation import gettext_lazy as _

from rooms.eventlog.append import append_one
from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.moderation.events import PolicyChanged
from rooms.moderation.models import RoomWords
from rooms.people.models import Participant
from rooms.text import fold

MAX_WORDS = 500
MAX_EXPRESSION = 80


def room_words(room: Room) -> tuple[str, ...]:
    """Return the room's own held expressions under its current policy."""
    if room.policy_version == 0:
        return ()
    row = RoomWords.objects.get(room=room, version=room.policy_version)
    return tuple(row.words.splitlines())


def set_words(*, room: Room, actor: Participant, words: list[str]) -> Event:
    """Replace the room's own held expressions; raises ``Refused``.

    Messages under way are judged again under the new list before they can be logged.
    """
    wanted = [" ".join(word.split()) for word in words if word.strip()]
    if len(wanted) > MAX_WORDS or any(len(word) > MAX_EXPRESSION for word in wanted):
        raise Refused(Code.TOO_LONG)
    if not all(any(char.isalnum() for char in fold(word).text) for word in wanted):
        raise Refused(Code.EMPTY, _("Each line needs at least one letter or figure."))
    draft = Draft(PolicyChanged(version=room.policy_version + 1), actor.pk, "\n".join(wanted))
    return append_one(room.pk, draft)
