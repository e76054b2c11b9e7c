"""Announcing, changing it, and saying that one has read it; who has not."""

from collections.abc import Iterable
from dataclasses import dataclass

from rooms.eventlog.append import append_one
from rooms.eventlog.models import Event, Room
from rooms.eventlog.payload import Draft
from rooms.eventlog.registry import present_announcements
from rooms.eventlog.views import AnnouncementView
from rooms.organizing.announcement_events import (
    AnnouncementAcknowledged,
    AnnouncementEdited,
    AnnouncementMade,
    AnnouncementRenewed,
)
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
        keep=lambda event: AnnouncementText.objects.create(
            room=room, number=event.seq, text=text, writer=actor
        ),
    )


def edit_announcement(
    *, room: Room, actor: Participant, number: int, client_id: str, text: str, again: bool
) -> Event:
    """Say an announcement in other words; ``again`` asks everybody to read it once more.

    The same ``client_id`` does it once. Raises ``Refused``.
    """
    require_key(client_id)
    text = clean(text, limit=LENGTH)
    kind = AnnouncementRenewed if again else AnnouncementEdited
    return log_words(
        room=room,
        actor=actor,
        text=text,
        build=lambda policy: kind(announcement=number, client_id=client_id, policy=policy),
        keep=lambda event: _keep(event, number, text),
    )


def acknowledge(*, room: Room, actor: Participant, number: int, version: int = 0) -> Event:
    """Say that one has read an announcement; again changes nothing.

    ``version`` is which of its texts; the first one if nothing is said. Raises ``Refused``.
    """
    payload = AnnouncementAcknowledged(number, actor.pk, version or number)
    return append_one(room.pk, Draft(payload, actor.pk))


def pinned_for(room: Room, person: Participant | None) -> list[AnnouncementView]:
    """Return what somebody has not acknowledged yet, the oldest first."""
    read = Acknowledgement.objects.filter(participant=person) if person else None
    made = Announcement.objects.filter(room=room).order_by("number")
    if read is not None:
        made = made.exclude(pk__in=read.values("announcement"))
    return _views(room.pk, made.select_related("author"))


def _keep(event: Event, number: int, text: str) -> None:
    written = {"text": text, "writer_id": event.actor_id}
    AnnouncementText.objects.update_or_create(room=event.room, number=number, defaults=written)


@dataclass(frozen=True)
class Read:
    """Who has read an announcement: how many, who not, and how many before it was changed."""

    announcement: AnnouncementView
    unread: list[Participant]
    readers: int
    before: int


def all_of(room: Room) -> list[Read]:
    """Return every announcement, the last first, with who has read it, of those in the room."""
    made = Announcement.objects.filter(room=room).order_by("-number").select_related("author")
    people = list(people_of(room))
    return [_read(one, view, people) for one, view in zip(made, _views(room.pk, made), strict=True)]


def announcement_view(room: Room, number: int) -> AnnouncementView | None:
    """Return one announcement of a room."""
    return _present(room.pk, [number]).get(number)


def _read(one: Announcement, view: AnnouncementView, people: list[Participant]) -> Read:
    seqs = dict(one.acknowledgements.values_list("participant", "seq"))
    read = [seqs[person.pk] for person in people if person.pk in seqs]
    unread = [person for person in people if person.pk not in seqs]
    before = sum(seq < (one.edited_seq or 0) for seq in read)
    return Read(view, unread, len(read), before)


def _views(room_id: int, made: Iterable[Announcement]) -> list[AnnouncementView]:
    rows = AnnouncementText.objects.filter(room=room_id)
    texts = dict(rows.values_list("number", "text"))
    return [
        AnnouncementView(
            number=one.number,
            author=person_view(one.author),
            at=one.at,
            text=texts.get(one.number, ""),
            version=one.version,
            is_edited=one.edited_seq is not None,
        )
        for one in made
    ]


def _present(room_id: int, numbers: list[int]) -> dict[int, AnnouncementView]:
    made = Announcement.objects.filter(room=room_id, number__in=set(numbers))
    return {view.number: view for view in _views(room_id, made.select_related("author"))}


present_announcements.append(_present)
