"""Announcing, and saying that one has read it; who has not."""

from collections.abc import Iterable

from rooms.eventlog.append import append_one
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.eventlog.registry import present_announcements
from rooms.eventlog.views import AnnouncementView
from rooms.organizing.announcement_events import AnnouncementAcknowledged, AnnouncementMade
from rooms.organizing.checks import require_key
from rooms.organizing.models import Acknowledgement, Announcement, AnnouncementText
from rooms.organizing.writing import log_words
from rooms.people.events import person_view
from rooms.people.models import Participant
from rooms.people.selectors import people_of
from rooms.text import clean

LENGTH = 500
"""Code points of an announcement."""


def announce(*, room: Room, actor: Participant, client_id: str, text: str) -> Event:
    """Tell everybody something; the same ``client_id`` does it once. Raises ``Refused``."""
    require_key(client_id)
    text = clean(text, limit=LENGTH)
    return log_words(
        room=room,
        actor=actor,
        text=text,
        build=lambda policy: AnnouncementMade(client_id=client_id, policy=policy),
        keep=lambda event: AnnouncementText.objects.create(room=room, number=event.seq, text=text),
    )


def acknowledge(*, room: Room, actor: Participant, number: int) -> Event:
    """Say that one has read an announcement; again changes nothing. Raises ``Refused``."""
    payload = AnnouncementAcknowledged(announcement=number, participant=actor.pk)
    return append_one(room.pk, Draft(payload, actor.pk))


def pinned_for(room: Room, person: Participant | None) -> list[AnnouncementView]:
    """Return what somebody has not acknowledged yet, the oldest first."""
    read = Acknowledgement.objects.filter(participant=person) if person else None
    made = Announcement.objects.filter(room=room).order_by("number")
    if read is not None:
        made = made.exclude(pk__in=read.values("announcement"))
    return _views(room.pk, made.select_related("author"))


def all_of(room: Room) -> list[tuple[AnnouncementView, list[Participant]]]:
    """Return every announcement, the last first, with those who have not read it."""
    made = Announcement.objects.filter(room=room).order_by("-number").select_related("author")
    people = list(people_of(room))
    found = []
    for one, view in zip(made, _views(room.pk, made), strict=True):
        read = set(one.acknowledgements.values_list("participant", flat=True))
        found.append((view, [person for person in people if person.pk not in read]))
    return found


def _views(room_id: int, made: Iterable[Announcement]) -> list[AnnouncementView]:
    rows = AnnouncementText.objects.filter(room=room_id)
    texts = dict(rows.values_list("number", "text"))
    return [
        AnnouncementView(one.number, person_view(one.author), one.at, texts.get(one.number, ""))
        for one in made
    ]


def _present(room_id: int, numbers: list[int]) -> dict[int, AnnouncementView]:
    made = Announcement.objects.filter(room=room_id, number__in=set(numbers))
    return {view.number: view for view in _views(room_id, made.select_related("author"))}


present_announcements.append(_present)
